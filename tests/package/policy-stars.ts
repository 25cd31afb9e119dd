import type { Resource } from './package-stack.ts';

/** Every value of a key, however deep it lies. */
const valuesOf = (node: unknown, key: string): unknown[] => {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => (name === key ? [value] : valuesOf(value, key)));
};

/** Every statement of every policy of a template, with the resource that it is of. */
export const statementsOf = (
  resources: Readonly<Record<string, Resource>>,
): Array<{ readonly id: string; readonly statement: Readonly<Record<string, unknown>> }> =>
  Object.entries(resources).flatMap(([id, { Properties }]) =>
    valuesOf(Properties, 'Statement')
      .flat()
      .map((statement) => ({ id, statement: statement as Readonly<Record<string, unknown>> })),
  );

/** The statements that allow, or speak of, more than they name: a `*` in what or on what, or a negation of either. */
export const tooWide = (resources: Readonly<Record<string, Resource>>): string[] =>
  statementsOf(resources)
    .filter(
      ({ statement }) =>
        JSON.stringify([statement['Action'], statement['Resource'], statement['Principal']]).includes('*') ||
        'NotAction' in statement ||
        'NotResource' in statement,
    )
    .map(({ id, statement }) => `${id}: ${JSON.stringify(statement)}`);
