/** DynamoDB's answers to what never reaches the engine. */
import type { Caller, Need } from './callers.ts';
import type { ApiError, Body } from './dynalite.ts';
import { transactionCancelled, transactWrites } from './dynamodb-transact-request.ts';
import type { Refusal } from './sigv4.ts';

/** The answer to a transaction all of whose items another one holds. */
export const conflict = (body: Body): ApiError =>
  transactionCancelled(
    transactWrites(body).map(() => ({
      Code: 'TransactionConflict',
      Message: 'Transaction is ongoing for the item',
    })),
  );

/** A refusal that comes before DynamoDB itself, from the framework that AWS's services share. */
export const refusal = (type: string, message: string, statusCode = 400): ApiError =>
  Object.assign(new Error(message), {
    statusCode,
    body: { __type: `com.amazon.coral.service#${type}`, message },
  });

/** The answer to a call that the caller's role does not allow. */
export const accessDenied = (caller: Caller, need: Need): ApiError => {
  const message = caller.message(need);
  const body = { __type: 'com.amazon.coral.service#AccessDeniedException', Message: message };
  return Object.assign(new Error(message), { statusCode: 400, body });
};

/** The answer to a signature that is refused. */
export const signatureError = ({ reason, message }: Refusal): ApiError => {
  if (reason === 'missing')
    return refusal('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  if (reason === 'malformed') return refusal('IncompleteSignatureException', message);
  if (reason === 'unknown-key')
    return refusal(
      'UnrecognizedClientException',
      `The security token included in the request is invalid. ${message}`,
    );
  return refusal('InvalidSignatureException', message);
};
