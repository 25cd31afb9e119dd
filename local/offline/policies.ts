import type { CloudFormation, CloudFormationResource, Serverless } from './serverless-types.ts';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/** osls's role for every function that has none of its own: here each has. */
const SHARED_ROLE = 'IamRoleLambdaExecution';

/** Lambda names its log streams by date and 32 hexadecimal digits, e.g. `2026/11/22/[$LATEST]0123...`. */
const LOG_STREAM = `????/??/??/[$LATEST]${'?'.repeat(32)}`;

/**
 * What writing to one log group takes. The group is part of the stack, so no function may make one; and where the framework
 * allows every stream of the group by `*`, here is the form that Lambda's streams have. CloudWatch checks CreateLogStream
 * against the group with an empty stream name.
 */
const logStatement = (group: string) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: ['', ':log-stream:', `:log-stream:${LOG_STREAM}`].map((stream) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}${stream}`,
  })),
});

const writesLogs = ({ Action }: Statement): boolean =>
  [Action].flat().some((action) => action.startsWith('logs:'));

const groupOf = ({ Resource }: Statement): string => {
  const group = /log-group:([^:"]+):/.exec(JSON.stringify(Resource))?.[1];
  if (group === undefined) throw new Error('A log statement names no log group');
  return group;
};

const tightenRole = (role: CloudFormationResource): void => {
  for (const { PolicyDocument } of role.Properties.Policies) {
    PolicyDocument.Statement = PolicyDocument.Statement.map((statement: Statement) =>
      writesLogs(statement) ? logStatement(groupOf(statement)) : statement,
    );
  }
};

const forgetSharedRole = (template: CloudFormation): void => {
  delete template.Resources[SHARED_ROLE];
  for (const resource of Object.values(template.Resources)) {
    if (!Array.isArray(resource.DependsOn)) continue;
    resource.DependsOn = resource.DependsOn.filter((id) => id !== SHARED_ROLE);
  }
  if (JSON.stringify(template).includes(`"${SHARED_ROLE}"`))
    throw new Error('A function has no role of its own');
};

/**
 * Narrows what the framework allows of its own accord, once every function has a role: no statement of any role has a
 * `*`, and the role that all functions would share is gone.
 *
 * @param serverless osls, its template compiled and the roles a function made
 */
export const tightenPolicies = (serverless: Serverless): void => {
  const template = serverless.service.provider.compiledCloudFormationTemplate;
  if (!template) throw new Error('There is no CloudFormation template yet');
  forgetSharedRole(template);
  for (const resource of Object.values(template.Resources)) {
    if (resource.Type === 'AWS::IAM::Role') tightenRole(resource);
  }
};
