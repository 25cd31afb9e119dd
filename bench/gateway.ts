import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { runCommand } from '../local/command-line.ts';
import { alternateWays, type Cost } from './gateway-rounds.ts';
import { startGatewayStack } from './gateway-stack.ts';
import type { Figure } from './statistics.ts';

const HELP = `npm run bench:gateway -- [options]

What the gateway of the container stack costs for GET /products/{id}: CPU per request and the median time of a reply, with
and without it. Starts a stack of its own with docker compose, in which the inventory service is published beside the
gateway, both through Docker's own proxy on 127.0.0.1, and ends it again. Takes about two minutes on two cores. CPU is that of
the containers' own cgroups, without the database's, the proxy's and this program's. Writes reports/bench-gateway.json.

  --quick       fewer rounds`;

const spread = ({ median, min, max }: Figure, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;

const rowOf = (name: string, { cpu, p50, busyP50 }: Cost): readonly string[] => {
  const { inventory, gateway } = cpu;
  const sum = Object.values(cpu).reduce((total, { median }) => total + median, 0);
  return [
    name,
    inventory ? spread(inventory, 0) : '',
    gateway ? spread(gateway, 0) : '',
    sum.toFixed(0),
    spread(p50, 2),
    spread(busyP50, 2),
  ];
};

const tableOf = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
};

/** `npm run bench:gateway`: measures, and writes down what it found. */
const bench = async (quick: boolean): Promise<number> => {
  console.log('Building and starting ...');
  const stack = await startGatewayStack();
  process.once('SIGINT', () => void stack.stop().finally(() => process.exit(130)));
  try {
    console.log('Measuring ...');
    const amount = { rounds: quick ? 3 : 11, warmUp: 4_000, atOnce: 4_000, oneByOne: 500 };
    const path = `/products/${stack.productId}`;
    const [around, through] = await alternateWays([stack.around, stack.through], path, amount);
    if (!around || !through) throw new Error('a way has no figures');
    const head = [
      'GET /products/{id}',
      'service, µs CPU',
      'gateway, µs CPU',
      'sum',
      'p50 ms, 1 at a time',
      'p50 ms, 8 at once',
    ];
    const rows = [rowOf('without gateway', around), rowOf('through the gateway', through)];
    console.log(`\n${tableOf([head, ...rows])}\n`);
    const machine = { cores: cpus().length, model: cpus()[0]?.model, node: process.version };
    mkdirSync('reports', { recursive: true });
    const report = { at: new Date().toISOString(), machine, amount, around, through };
    writeFileSync('reports/bench-gateway.json', `${JSON.stringify(report, null, 2)}\n`);
    console.log('Report: reports/bench-gateway.json');
    return 0;
  } finally {
    await stack.stop();
  }
};

await runCommand({
  help: HELP,
  options: { quick: { type: 'boolean', default: false } },
  work: async ({ quick }) => process.exit(await bench(quick)),
});
