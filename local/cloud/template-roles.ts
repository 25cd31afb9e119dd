/** What each function may do: the statements of its IAM role, as serverless-iam-roles-per-function and osls put them together. */
import { isAllowed, type Statement } from './policy.ts';
import { isRecord, type Resolve, type TemplateContext } from './template-intrinsics.ts';

/** The role of a function. `name` is the one that it has on AWS; functions without statements of their own share one. */
export type RoleSpec = { readonly name: string; readonly statements: readonly Statement[] };

/** The provider's statements, and whether functions with statements of their own have them too. */
export type RoleDefaults = { readonly statements: unknown; readonly inherited: boolean };

/** One function of the file; `onFailure` is the ARN to which Lambda sends events that it gives up. */
type RoleSource = {
  readonly key: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly onFailure: string | undefined;
};

/** Longest name of a role on AWS; serverless-iam-roles-per-function leaves out the last part of one that is longer. */
const MAX_NAME = 64;

const texts = (value: unknown): string[] => [value].flat().map(String);

/** Reads statements; what the local evaluation would have to ignore is an Error, because a role must not look narrower or wider. */
const readStatements = (value: unknown, where: string): Statement[] =>
  (Array.isArray(value) ? value : []).filter(isRecord).map((statement, i) => {
    const place = `${where}[${i}]`;
    const foreign = ['Condition', 'NotAction', 'NotResource', 'Principal'].find((name) => name in statement);
    if (foreign !== undefined) throw new Error(`${place} has ${foreign}, which has no local form`);
    const { Effect: effect, Action: action, Resource: resource } = statement;
    if ((effect !== 'Allow' && effect !== 'Deny') || action === undefined || resource === undefined)
      throw new Error(`${place} needs an Effect (Allow or Deny), an Action and a Resource`);
    return { effect, actions: texts(action), resources: texts(resource) };
  });

/**
 * The role of a function. What Lambda itself does in it (receiving from a queue for an event source mapping, writing logs) is
 * not part of it here: the function's code has no need of that, and the local cloud does it without asking.
 */
export const readRole = (
  context: TemplateContext,
  resolve: Resolve,
  { statements, inherited }: RoleDefaults,
  { key, definition, onFailure }: RoleSource,
): RoleSpec => {
  const { service, stage, region } = context;
  const read = (value: unknown, where: string): Statement[] =>
    readStatements(resolve(value, where), `${context.file}: ${where}`);
  const where = `functions.${key}`;
  if (definition['role'] !== undefined)
    throw new Error(`${context.file}: ${where}.role names a role from elsewhere, which has no local form`);
  const shared = read(statements, 'provider.iam.role.statements');
  const own = definition['iamRoleStatements'];
  if (own === undefined) {
    // The role that all such functions share may send to their failure destinations: osls sees to that.
    const failures: Statement[] =
      onFailure === undefined
        ? []
        : [{ effect: 'Allow', actions: ['sqs:SendMessage'], resources: [onFailure] }];
    return { name: `${service}-${stage}-${region}-lambdaRole`, statements: [...shared, ...failures] };
  }
  const inherits = definition['iamRoleStatementsInherit'] ?? inherited;
  const all = [...(inherits === true ? shared : []), ...read(own, `${where}.iamRoleStatements`)];
  if (onFailure !== undefined && !isAllowed(all, 'sqs:SendMessage', onFailure)) {
    throw new Error(
      `${context.file}: ${where}.iamRoleStatements do not allow sqs:SendMessage on the failure destination ${onFailure}, without which AWS refuses the destination`,
    );
  }
  const name = `${service}-${stage}-${key}-${region}`;
  const full = `${name}-lambdaRole`;
  return {
    name: String(definition['iamRoleStatementsName'] ?? (full.length > MAX_NAME ? name : full)),
    statements: all,
  };
};
