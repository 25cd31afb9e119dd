/** How IAM decides on statements of a role (IAM user guide, "Policy evaluation logic"): an explicit Deny wins, else an Allow is needed. */

/** One statement. Actions and resources may hold `*` (any characters) and `?` (one character). */
export type Statement = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
};

/** Whether a pattern of a statement stands for a text. */
const matches = (pattern: string, text: string): boolean => {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
};

/** Whether a statement speaks of an action on a resource. Actions have no upper and lower case. */
export const covers = (
  statement: Pick<Statement, 'actions' | 'resources'>,
  action: string,
  resource: string,
): boolean =>
  statement.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
  statement.resources.some((pattern) => matches(pattern, resource));

/** Whether statements allow an action on a resource. */
export const isAllowed = (statements: readonly Statement[], action: string, resource: string): boolean => {
  const effects = statements
    .filter((statement) => covers(statement, action, resource))
    .map((statement) => statement.effect);
  return effects.includes('Allow') && !effects.includes('Deny');
};
