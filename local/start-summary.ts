import type { Administrator } from './start-administrator.ts';
import type { Running, RunningStack } from './start-lock.ts';
import type { StackName } from './start-options.ts';

const rows = (stack: StackName, { urls, store }: RunningStack): string[][] => {
  const front = stack === 'microservices' ? urls.inventory : urls.orders;
  const rest = [
    ['', 'documents', `${front}/docs`],
    ['', 'OpenAPI', `${front}/openapi.json`],
  ];
  if (stack === 'serverless') return [['serverless', `HTTP API (${store})`, urls.orders], ...rest];
  return [
    ['microservices', `auth (${store})`, urls.auth],
    ['', 'inventory, photos', urls.inventory],
    ['', 'orders', urls.orders],
    ...rest,
  ];
};

const table = (lines: readonly (readonly string[])[]): string => {
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
};

const JSON_TYPE = "-H 'content-type: application/json'";
const ACCOUNT = `'{"email":"you@example.com","password":"two stacks one shop"}'`;

/**
 * Three lines for a shell that place an order on a stack: register, log in, order the first product of the catalogue.
 * They need curl, grep and head, and can be pasted again: the key of the order is new each second.
 */
export const curlLines = ({ urls }: RunningStack): readonly string[] => [
  `curl -sw '\\n' ${urls.auth}/auth/register ${JSON_TYPE} -d ${ACCOUNT}`,
  `TOKEN=$(curl -s ${urls.auth}/auth/login ${JSON_TYPE} -d ${ACCOUNT} | grep -o 'eyJ[^"]*' | head -1)`,
  `curl -sw '\\n' ${urls.orders}/orders ${JSON_TYPE} -H "authorization: Bearer $TOKEN" -H "idempotency-key: order-$(date +%s)" -d "{\\"lines\\":[{\\"productId\\":\\"$(curl -s '${urls.inventory}/products?limit=1' | grep -o '[0-9a-f-]\\{36\\}' | head -1)\\",\\"quantity\\":1}]}"`,
];

/** What is shown once everything is ready: where to find it, who may administer it, and how to place an order. */
export const summary = (
  stacks: Running['stacks'],
  administrators: ReadonlyMap<StackName, Administrator>,
): string => {
  const running = Object.entries(stacks) as [StackName, RunningStack][];
  const parts = [table(running.flatMap(([name, stack]) => rows(name, stack)))];
  if (administrators.size > 0) {
    const lines = [...administrators].map(([name, { email, password }]) => [name, email, password]);
    parts.push(`Administrators, shown this once (npm run administrator makes another):\n${table(lines)}`);
  }
  for (const [name, stack] of running) {
    parts.push(`Order from the ${name}:\n\n${curlLines(stack).join('\n')}`);
  }
  return parts.join('\n\n');
};
