import type { Need } from './callers.ts';

/** What a URL points at. */
type Pointed = { readonly bucket: string; readonly key: string; readonly query: URLSearchParams };

/** ARN of a bucket, or of an object in it. */
export const s3Arn = (bucket: string, key = ''): string => `arn:aws:s3:::${bucket}${key && `/${key}`}`;

/** Parts of an object that have actions of their own. */
const PARTS: Record<string, string> = { acl: 'Acl', tagging: 'Tagging', attributes: 'Attributes' };

const VERBS: Record<string, string> = { GET: 'Get', HEAD: 'Get', PUT: 'Put', DELETE: 'Delete' };

/** What reading a bucket or an object, putting or deleting an object needs to be allowed. */
export const s3Needs = (method: string, { bucket, key, query }: Pointed): Need[] => {
  if (!bucket) return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  if (!key)
    return [{ action: method === 'PUT' ? 's3:CreateBucket' : 's3:ListBucket', resource: s3Arn(bucket) }];
  const part = Object.keys(PARTS).find((name) => query.has(name));
  const action = `s3:${VERBS[method] ?? method}Object${part === undefined ? '' : PARTS[part]}`;
  return [{ action, resource: s3Arn(bucket, key) }];
};

/** What putting an object needs, also by a form. */
export const s3PutNeeds = (bucket: string, key: string): Need[] => [
  { action: 's3:PutObject', resource: s3Arn(bucket, key) },
];

/** What DeleteObjects needs here: every object of the bucket. S3 itself looks at the keys of the request one by one. */
export const s3DeleteManyNeeds = (bucket: string): Need[] => [
  { action: 's3:DeleteObject', resource: s3Arn(bucket, '*') },
];
