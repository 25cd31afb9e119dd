import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allRoutes, routes } from '@duet/shared/contract/routes.ts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { authRoutes } from '../../microservices/auth/routes.ts';
import type { Served } from '../../microservices/edge/app.ts';
import { inventoryRoutes } from '../../microservices/inventory/routes.ts';
import { ordersRoutes } from '../../microservices/orders/routes.ts';
import { edgeExportsOnlyIn, edgeOnlyIn, functionsWithoutRoute, glue, onlyIn, relays } from './asymmetries.ts';
import { CONTEXTS, camelCase, exportsOf, modulesIn, pascalCase, ROOT } from './tree.ts';

const STACKS = ['microservices', 'serverless'] as const;
type Stack = (typeof STACKS)[number];

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

/** The use cases of a context: files that export `make<FileName>`; that is what makes them one. */
const sharedUseCases = (context: string): string[] =>
  modulesIn(`shared/${context}`).filter((name) =>
    exportsOf(`shared/${context}/${name}.ts`).includes(`make${pascalCase(name)}`),
  );

/** The use cases that a stack has files for. */
const stackUseCases = (stack: Stack, context: string): string[] =>
  modulesIn(`${stack}/${context}`).filter((name) => !(`${name}.ts` in glue[stack]));

/** The use cases that a stack should have files for. */
const expectedUseCases = (stack: Stack, context: string): string[] => {
  const relay = Object.keys(relays).filter((name) => name.startsWith(`relay-${context.replace(/s$/, '')}`));
  const alone = context === 'images' ? Object.keys(onlyIn[stack]) : [];
  return [...sharedUseCases(context), ...relay, ...alone].sort(byName);
};

const pairs = STACKS.flatMap((stack) => CONTEXTS.map((context) => [stack, context] as const));

describe('use cases', () => {
  it('When the contract has a route, then shared has its use case in the context that the row names', () => {
    expect(allRoutes.filter(({ name, context }) => !sharedUseCases(context).includes(name))).toEqual([]);
  });

  it.each(pairs)(
    'When shared has a use case, then %s/%s has a file of the same name, and no other',
    (stack, context) => {
      expect(sharedUseCases(context).length).toBeGreaterThan(3);
      expect(stackUseCases(stack, context)).toEqual(expectedUseCases(stack, context));
    },
  );

  it.each(pairs)('When %s/%s has a use case, then it exports it under its own name', (stack, context) => {
    for (const name of stackUseCases(stack, context)) {
      expect([name, exportsOf(`${stack}/${context}/${name}.ts`)]).toEqual([name, [camelCase(name)]]);
    }
  });

  it.each(STACKS)('When %s has glue, then every exception listed for it is needed', (stack) => {
    const files = CONTEXTS.flatMap((context) => modulesIn(`${stack}/${context}`).map((name) => `${name}.ts`));
    expect(Object.keys(glue[stack]).filter((file) => !files.includes(file))).toEqual([]);
  });
});

describe('edges', () => {
  const filesOf = (stack: Stack) => modulesIn(`${stack}/edge`).map((name) => `${name}.ts`);
  const common = filesOf('microservices').filter((file) => filesOf('serverless').includes(file));

  it.each(STACKS)('When only %s/edge has a file, then the reason is listed', (stack) => {
    expect(
      filesOf(stack)
        .filter((file) => !common.includes(file))
        .sort(byName),
    ).toEqual(Object.keys(edgeOnlyIn[stack]).sort(byName));
  });

  it('When both edges have a file, then it exports the same, but for what is listed', () => {
    const [here, there] = STACKS.map((stack) => {
      const alone: Readonly<Record<string, readonly string[]>> = edgeExportsOnlyIn[stack];
      return common.map((file) => {
        const names = exportsOf(`${stack}/edge/${file}`);
        const listed = alone[file] ?? [];
        expect([file, listed.filter((name) => !names.includes(name))]).toEqual([file, []]);
        return [file, names.filter((name) => !listed.includes(name)).sort(byName)];
      });
    });
    expect(here).toEqual(there);
  });

  it('When a handler needs authentication, JSON or a problem, then both edges have it in the same file', () => {
    expect(common).toEqual(expect.arrayContaining(['authenticate.ts', 'json.ts', 'problem.ts']));
  });
});

describe('what is served', () => {
  const idOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
  const contract = allRoutes.map(idOf).sort(byName);

  it('When the contract has a route, then one microservice serves it, in its own context, and none serves another', () => {
    const anything = new Proxy({}, { get: () => async () => undefined }) as never;
    const served: [contexts: readonly string[], Served[]][] = [
      [['auth'], authRoutes(anything)],
      [['inventory', 'images'], inventoryRoutes(anything)],
      [['orders'], ordersRoutes(anything)],
    ];
    for (const [contexts, list] of served) {
      expect(list.filter(({ route }) => !contexts.includes(route.context))).toEqual([]);
    }
    expect(served.flatMap(([, list]) => list.map(({ route }) => idOf(route))).sort(byName)).toEqual(contract);
  });

  type Func = { readonly handler: string; readonly events?: readonly Readonly<Record<string, unknown>>[] };
  const template = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8')) as {
    functions: Readonly<Record<string, Func>>;
  };
  const functions = Object.entries(template.functions);

  it('When serverless.yml has a function, then functions.ts of its context exports it, and nothing else', () => {
    const declared = functions.map(([name, { handler }]) => {
      const [module = '', exported] = handler.split('.');
      expect([name, exported]).toEqual([name, name]);
      return `${module}.ts ${name}`;
    });
    const exported = ['edge', ...CONTEXTS].flatMap((folder) =>
      exportsOf(`serverless/${folder}/functions.ts`).map(
        (name) => `serverless/${folder}/functions.ts ${name}`,
      ),
    );
    expect(declared.sort(byName)).toEqual(exported.sort(byName));
  });

  it('When the contract has a route, then the function of its use case is triggered by it, and by nothing else', () => {
    const http = functions.map(
      ([name, { events = [] }]) =>
        [name, events.flatMap((event) => ('httpApi' in event ? [event['httpApi']] : []))] as const,
    );
    const expected = Object.entries(routes).map(([key, route]) => [key, [idOf(route)]] as const);
    const ofContract = http.filter(([name]) => !(name in functionsWithoutRoute));
    expect(Object.fromEntries(ofContract)).toEqual(Object.fromEntries(expected));
  });

  it('When a function has no route, then its trigger is listed', () => {
    const without = functions.map(([name]) => name).filter((name) => !(name in routes));
    expect(without.sort(byName)).toEqual(Object.keys(functionsWithoutRoute).sort(byName));
  });
});
