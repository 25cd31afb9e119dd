import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from '../shared/contract/route.ts';
import { type RouteKey, routes } from '../shared/contract/routes.ts';

/** A use case by its context and its name, which is its file name everywhere. */
export type UseCase = { readonly context: Context; readonly name: string };

/** The files of a use case, relative to the project; undefined where a side has none. */
export type Files = {
  readonly useCase: string;
  readonly shared?: string | undefined;
  readonly microservices?: string | undefined;
  readonly serverless?: string | undefined;
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The use case behind a route of the contract. */
export const useCaseOf = (key: RouteKey): UseCase => routes[key];

/** The relay is one domain file; each stack runs it once for each context that emits events. */
const SHARED_ELSEWHERE: Readonly<Record<string, string>> = {
  'relay-order-events': 'shared/events/relay-events.ts',
  'relay-inventory-events': 'shared/events/relay-events.ts',
};

/** Where the file of a use case lies. Names and folders are the same under each root: that is the project's layout. */
export const filesOf = ({ context, name }: UseCase): Files => {
  const existing = (path: string): string | undefined => (existsSync(join(ROOT, path)) ? path : undefined);
  return {
    useCase: name,
    shared: existing(SHARED_ELSEWHERE[name] ?? `shared/${context}/${name}.ts`),
    microservices: existing(`microservices/${context}/${name}.ts`),
    serverless: existing(`serverless/${context}/${name}.ts`),
  };
};

/** The text of a project's file. */
export const readSource = (path: string): string => readFileSync(join(ROOT, path), 'utf8').trimEnd();
