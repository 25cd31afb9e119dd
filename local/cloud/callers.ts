/** Who calls the local cloud: the operator, who may do anything, or one function in its own role. */
import { type Credentials, functionCredentials } from './credentials.ts';
import type { Log } from './log.ts';
import { covers, isAllowed } from './policy.ts';
import type { Template } from './template.ts';
import type { FunctionSpec } from './template-functions.ts';

/** One thing that a call does: an IAM action (`dynamodb:PutItem`) and the ARN that it is done to. */
export type Need = { readonly action: string; readonly resource: string };

/** Somebody who signed a call. */
export type Caller = {
  readonly credentials: Credentials;
  /** The first of the needs that the caller's role does not allow, which is logged; undefined when it allows them all. */
  readonly refused: (needs: readonly Need[]) => Need | undefined;
  /** What AWS says of a refused need. */
  readonly message: (need: Need) => string;
};

/** What became of one function's role since the start: how often each thing granted was done, and what was refused. */
export type RoleUse = {
  readonly function: string;
  readonly granted: readonly (Need & { readonly calls: number })[];
  readonly refused: readonly (Need & { readonly calls: number })[];
};

/** Everybody who may call. */
export type Callers = {
  readonly find: (accessKeyId: string) => Caller | undefined;
  readonly uses: () => readonly RoleUse[];
};

type Counted = Need & { calls: number };

/** A function as a caller, and the count of what it did. */
const makeFunctionCaller = (fn: FunctionSpec, template: Template, credentials: Credentials, log: Log) => {
  const { statements, name } = fn.role;
  const arn = `arn:aws:sts::${template.accountId}:assumed-role/${name}/${fn.name}`;
  const granted: Counted[] = statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => ({ action, resource, calls: 0 }))),
    );
  const refused = new Map<string, Counted>();

  const isGranted = ({ action, resource }: Need): boolean => {
    if (!isAllowed(statements, action, resource)) return false;
    for (const grant of granted) {
      if (covers({ actions: [grant.action], resources: [grant.resource] }, action, resource))
        grant.calls += 1;
    }
    return true;
  };
  const refuse = ({ action, resource }: Need): void => {
    const id = `${action} ${resource}`;
    const known = refused.get(id) ?? { action, resource, calls: 0 };
    known.calls += 1;
    refused.set(id, known);
    log.error(
      `${fn.key} was refused ${action} on ${resource}: no iamRoleStatements of it in serverless.yml allow that`,
    );
  };

  const caller: Caller = {
    credentials,
    refused: (needs) => {
      const need = needs.find((one) => !isGranted(one));
      if (need) refuse(need);
      return need;
    },
    message: ({ action, resource }) =>
      `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  };
  const use = (): RoleUse => ({ function: fn.key, granted, refused: [...refused.values()] });
  return { caller, use };
};

/** The callers of a template: its functions, and the operator. Their keys are derived from the operator's. */
export const makeCallers = (template: Template, operator: Credentials, log: Log): Callers => {
  const functions = template.functions.map((fn) =>
    makeFunctionCaller(fn, template, functionCredentials(operator, fn.key), log),
  );
  const all: Caller[] = [
    { credentials: operator, refused: () => undefined, message: () => '' },
    ...functions.map(({ caller }) => caller),
  ];
  const byKey = new Map(all.map((caller) => [caller.credentials.accessKeyId, caller]));
  return { find: (accessKeyId) => byKey.get(accessKeyId), uses: () => functions.map(({ use }) => use()) };
};
