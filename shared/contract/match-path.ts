import { DomainError } from '../kernel/errors.ts';

/** What it takes to find a route: anything with a method and a path of the contract's form. */
export type Matchable = { readonly method: string; readonly path: string };

const matches = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/');
  const got = path.split('/');
  return (
    wanted.length === got.length &&
    wanted.every((part, index) => (part.startsWith('{') ? got[index] !== '' : part === got[index]))
  );
};

/** The methods that the rows give for a path, e.g. `['GET', 'POST']`. None: there is no such path. */
export const methodsOf = (rows: readonly Matchable[], path: string): readonly string[] => [
  ...new Set(rows.filter((row) => matches(row.path, path)).map((row) => row.method)),
];

/** The refusal of a request that no route takes: 405 with Allow for a known path, else 404. */
export const refuseUnrouted = (rows: readonly Matchable[], path: string): DomainError => {
  const allow = methodsOf(rows, path);
  return allow.length > 0 ? new DomainError('method-not-allowed', { allow }) : new DomainError('not-found');
};
