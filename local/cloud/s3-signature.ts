/** S3's own codes for a signature that is refused, and for a caller whose role does not allow the call. */
import type { Caller, Need } from './callers.ts';
import { s3Refusal } from './s3-errors.ts';
import type { Refusal } from './sigv4.ts';

/** The refusal to answer with; `malformed` is the code for a signature that cannot be read. */
export const signatureRefusal = (
  { reason, message }: Refusal,
  malformed = 'AuthorizationHeaderMalformed',
): Error => {
  if (reason === 'missing') return s3Refusal('AccessDenied', 'Access Denied');
  if (reason === 'expired') return s3Refusal('AccessDenied', message);
  if (reason === 'malformed' || reason === 'scope') return s3Refusal(malformed, message);
  if (reason === 'unknown-key') return s3Refusal('InvalidAccessKeyId', message);
  if (reason === 'skewed') return s3Refusal('RequestTimeTooSkewed', message);
  return s3Refusal('SignatureDoesNotMatch', message);
};

/** Throws S3's refusal unless the caller may do all of this. */
export const demand = (caller: Caller, needs: readonly Need[]): void => {
  const need = caller.refused(needs);
  if (need) throw s3Refusal('AccessDenied', caller.message({ ...need, resource: `"${need.resource}"` }));
};
