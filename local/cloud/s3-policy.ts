/** The policy of a presigned POST (Amazon S3 API reference, "Creating a POST policy"): which forms may be uploaded. */
import { s3Refusal } from './s3-errors.ts';

/** The fields of a form by lower-case name; `key` has its `${filename}` filled in. */
export type FormFields = ReadonlyMap<string, string>;

/** How long the file may be, in bytes. */
export type LengthRange = { readonly min: number; readonly max: number };

/** Fields that no condition has to cover. */
const FREE_FIELDS = new Set(['x-amz-signature', 'awsaccesskeyid', 'signature', 'policy', 'file']);

const denied = (why: string): Error => s3Refusal('AccessDenied', `Invalid according to Policy: ${why}`);

/**
 * Checks that the policy has not expired, that every condition holds and that every field is covered by one.
 * `policy` is the signed Base64 text. Gives the range of its `content-length-range`; throws S3's refusal.
 */
export const checkPolicy = (policy: string, fields: FormFields, bucket: string, now: number): LengthRange => {
  const { expiration, conditions } = parsePolicy(policy);
  if (!(Date.parse(expiration) > now)) throw denied('Policy expired.');
  const covered = new Set<string>();
  let range: LengthRange = { min: 0, max: Number.POSITIVE_INFINITY };
  const actual = (name: string): string | undefined => (name === 'bucket' ? bucket : fields.get(name));

  for (const condition of conditions) {
    const failed = denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
    if (!Array.isArray(condition)) {
      for (const [field, value] of Object.entries(condition)) {
        const name = field.toLowerCase();
        covered.add(name);
        if (actual(name) !== String(value))
          throw denied(`Policy Condition failed: ["eq", "$${field}", "${String(value)}"]`);
      }
      continue;
    }
    const [operator, field, value] = condition;
    const kind = String(operator).toLowerCase();
    if (kind === 'content-length-range') {
      range = { min: Math.max(range.min, Number(field)), max: Math.min(range.max, Number(value)) };
      continue;
    }
    const name = String(field).replace(/^\$/, '').toLowerCase();
    covered.add(name);
    const given = actual(name);
    if (kind === 'eq') {
      if (given !== String(value)) throw failed;
    } else if (kind === 'starts-with') {
      // A Content-Type may be a list, of which each must match.
      const parts = name === 'content-type' ? (given ?? '').split(',') : [given ?? ''];
      if (!parts.every((part) => part.trim().startsWith(String(value)))) throw failed;
    } else
      throw s3Refusal(
        'InvalidPolicyDocument',
        `Invalid Policy: Invalid condition ${JSON.stringify(condition)}`,
      );
  }

  const extra = [...fields.keys()].filter(
    (name) => !FREE_FIELDS.has(name) && !name.startsWith('x-ignore-') && !covered.has(name),
  );
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  return range;
};

const parsePolicy = (
  policy: string,
): { expiration: string; conditions: (unknown[] | Record<string, unknown>)[] } => {
  try {
    const value: unknown = JSON.parse(Buffer.from(policy, 'base64').toString());
    const { expiration, conditions } = value as { expiration: unknown; conditions: unknown };
    if (typeof expiration === 'string' && Array.isArray(conditions)) return { expiration, conditions };
  } catch {
    // the same refusal as for a policy without its two parts
  }
  throw s3Refusal('InvalidPolicyDocument', 'Invalid Policy: it is not JSON with expiration and conditions');
};
