import type { ProcessRow } from './process-table.ts';

/** Which part of a deployment a process belongs to. */
export type Component = 'gateway' | 'service' | 'store' | 'other';

/** What a process does. */
export type Role = {
  readonly name: string;
  readonly component: Component;
  /** What its children are that nothing else is known of. Itself, unless given. */
  readonly children?: Role;
};

const other = (name: string): Role => ({ name, component: 'other' });
const service = (name: string): Role => ({ name, component: 'service' });

/** Environments of functions: the service itself, as the functions run in them. */
const ENVIRONMENTS = service('environments');
const STARTER = other('starter');

/** In this order: the first that fits holds. */
const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/\bguardian\.(sh|ts)\b/, other('guardian')],
  [/\besbuild\b/, other('build')],
  [/\/bootstrap\.cjs\b/, ENVIRONMENTS],
  [/\/local\/lambda\/main\.ts\b/, { name: 'lambda runtime', component: 'gateway', children: ENVIRONMENTS }],
  // Its one process is the HTTP API and all environments, which nobody can tell apart from outside.
  [/\/serverless\.js offline\b/, service('serverless-offline')],
  [/\/local\/cloud\/main\.ts\b/, { name: 'local cloud', component: 'store' }],
  [/\/microservices\/(auth|inventory|orders)\/main\.ts\b/, service('')],
  [/(^|\/)postgres[ :]/, { name: 'postgres', component: 'store' }],
];

/** The role of a process by its arguments; undefined when they say nothing. */
const roleOf = (command: string): Role | undefined => {
  const [pattern, role] = ROLES.find(([pattern]) => pattern.test(command)) ?? [];
  return role?.name === '' ? { ...role, name: pattern?.exec(command)?.[1] ?? '' } : role;
};

/**
 * What every process of a start does, by its arguments or, where they say nothing, by its parent.
 *
 * @param rows the starter first, and each after its parent
 */
export const rolesOf = (rows: readonly ProcessRow[]): ReadonlyMap<number, Role> => {
  const roles = new Map<number, Role>();
  const commands = new Map(rows.map(({ pid, command }) => [pid, command]));
  for (const [index, { pid, parent, command }] of rows.entries()) {
    const from = roles.get(parent);
    // Between fork and exec a child has its parent's arguments.
    const own = command === commands.get(parent) ? undefined : roleOf(command);
    roles.set(pid, index === 0 ? STARTER : (own ?? from?.children ?? from ?? STARTER));
  }
  return roles;
};
