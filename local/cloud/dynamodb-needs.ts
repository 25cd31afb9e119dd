import type { Need } from './callers.ts';
import type { Body } from './dynalite.ts';

/** The action that IAM asks for each operation of a transaction (developer guide, "IAM and transactions"). */
const TRANSACT_ACTIONS: Record<string, string> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
};

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a request needs to be allowed (service authorization reference, "Actions for Amazon DynamoDB"). `tables` is the ARN
 * that the names of tables follow. A request that names no table, or is wrong in another way, needs what its operation
 * would: the engine refuses it afterwards.
 */
export const dynamoDbNeeds = (operation: string, body: Body, tables: string): Need[] => {
  const tableOf = (request: Body): string => `${tables}/${String(request['TableName'] ?? '')}`;
  const action = `dynamodb:${operation}`;
  const { RequestItems, TransactItems, IndexName, ResourceArn } = body;
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(isObject(RequestItems) ? RequestItems : {}).map((name) => ({
        action,
        resource: `${tables}/${name}`,
      }));
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return (Array.isArray(TransactItems) ? TransactItems : []).filter(isObject).flatMap((item) =>
        Object.entries(item).map(([kind, request]) => ({
          action: TRANSACT_ACTIONS[kind] ?? action,
          resource: tableOf(isObject(request) ? request : {}),
        })),
      );
    case 'Query':
    case 'Scan':
      // The index alone: a right to the table is none to its indexes, nor the other way round.
      return [
        {
          action,
          resource: IndexName === undefined ? tableOf(body) : `${tableOf(body)}/index/${String(IndexName)}`,
        },
      ];
    case 'ListTables':
      return [{ action, resource: `${tables}/*` }];
    case 'TagResource':
    case 'UntagResource':
    case 'ListTagsOfResource':
      return [{ action, resource: String(ResourceArn ?? '') }];
    default:
      return [{ action, resource: tableOf(body) }];
  }
};
