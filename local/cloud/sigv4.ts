/** Checks AWS Signature Version 4 (AWS General Reference, "Signing AWS API requests"): in headers, in a URL, on a policy. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Callers } from './callers.ts';
import type { Credentials } from './credentials.ts';
import { canonicalPath, canonicalQuery, headerText, splitUrl } from './sigv4-canonical.ts';

/** A request to check: `url` is path and query as received; `bodyHash` is the SHA-256 of the body in hex. */
type SignedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodyHash: string;
};

/** Why a signature is refused; each service has its own code for it. */
export type Refusal = {
  readonly reason: 'missing' | 'malformed' | 'unknown-key' | 'scope' | 'skewed' | 'expired' | 'mismatch';
  readonly message: string;
};

/** Who signed, or why the signature is refused. */
export type Verdict =
  | { readonly caller: Caller; readonly refusal?: never }
  | { readonly refusal: Refusal; readonly caller?: never };

/** Checks signatures of one service. */
export type SignatureCheck = {
  readonly headers: (request: SignedRequest) => Verdict;
  readonly query: (request: SignedRequest) => Verdict;
  readonly policy: (fields: PolicySignature) => Verdict;
};

/** The signature fields of a presigned POST; `policy` is the Base64 text that was signed. */
type PolicySignature = {
  readonly policy: string;
  readonly algorithm: string | undefined;
  readonly credential: string | undefined;
  readonly date: string | undefined;
  readonly signature: string | undefined;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** AWS refuses a request whose clock is further off than this. */
const MAX_SKEW_MS = 15 * 60_000;
/** A presigned URL may live for seven days at most. */
const MAX_EXPIRES_S = 7 * 24 * 3600;

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** SHA-256 in hex. */
export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** Milliseconds of `20260102T030405Z`, or NaN. */
const timeOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const refuse = (reason: Refusal['reason'], message: string): Verdict & { refusal: Refusal } => ({
  refusal: { reason, message },
});

/** Keys that are kept; each is good for one caller and one day. */
const MAX_KEYS = 500;

/** Makes the check for one service of one region. `now` is the clock, in milliseconds. */
export const makeSignatureCheck = (
  callers: Pick<Callers, 'find'>,
  scope: { readonly service: string; readonly region: string },
  now: () => number = Date.now,
): SignatureCheck => {
  const keys = new Map<string, Buffer>();
  const keyOf = ({ accessKeyId, secretAccessKey }: Credentials, day: string): Buffer => {
    const id = `${accessKeyId}/${day}`;
    const known = keys.get(id);
    if (known) return known;
    const steps = [scope.region, scope.service, 'aws4_request'];
    const key = steps.reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, day));
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(id, key);
    return key;
  };

  const compare = (caller: Caller, date: string, text: string, signature: string): Verdict => {
    const expected = hmac(keyOf(caller.credentials, date.slice(0, 8)), text);
    const given = Buffer.from(signature, 'hex');
    const equal = given.length === expected.length && timingSafeEqual(given, expected);
    return equal
      ? { caller }
      : refuse('mismatch', 'The request signature we calculated does not match the signature you provided.');
  };

  /** Access key and scope of `key/day/region/service/aws4_request`. */
  const checkCredential = (credential: string, date: string): Verdict => {
    const [key = '', day, region, service, end] = credential.split('/');
    const caller = callers.find(key);
    if (!caller) return refuse('unknown-key', 'The access key id is none of this local cloud.');
    if (!Number.isFinite(timeOf(date)))
      return refuse('malformed', `The date ${date} is not of the form YYYYMMDDTHHMMSSZ.`);
    const expected = `${date.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
    return `${day}/${region}/${service}/${end}` === expected
      ? { caller }
      : refuse('scope', `The credential should be scoped to ${expected}.`);
  };

  const signed = (
    request: SignedRequest,
    date: string,
    signedHeaders: string,
    bodyHash: string,
    without: string,
  ): string => {
    const [path = '/', query = ''] = splitUrl(request.url);
    const names = signedHeaders.split(';');
    const canonical = [
      request.method,
      canonicalPath(path),
      canonicalQuery(query, without),
      ...names.map((name) => `${name}:${headerText(request.headers[name])}`),
      '',
      signedHeaders,
      bodyHash,
    ].join('\n');
    return [
      ALGORITHM,
      date,
      `${date.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`,
      sha256(canonical),
    ].join('\n');
  };

  return {
    headers: (request) => {
      const authorization = request.headers.authorization;
      if (!authorization) return refuse('missing', 'The request is not signed.');
      const parts =
        /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/.exec(
          authorization,
        );
      const date = headerText(request.headers['x-amz-date']);
      const [, credential = '', signedHeaders = '', signature = ''] = parts ?? [];
      if (!parts)
        return refuse('malformed', 'The Authorization header is not of the form of Signature Version 4.');
      if (!signedHeaders.split(';').includes('host'))
        return refuse('malformed', 'Host must be a signed header.');
      const known = checkCredential(credential, date);
      if (!known.caller) return known;
      if (Math.abs(now() - timeOf(date)) > MAX_SKEW_MS) {
        return refuse('skewed', 'The difference between the request time and the current time is too large.');
      }
      const declared = headerText(request.headers['x-amz-content-sha256']);
      if (/^[0-9a-f]{64}$/.test(declared) && declared !== request.bodyHash) {
        return refuse('mismatch', 'The body is not the one that x-amz-content-sha256 declares.');
      }
      const text = signed(request, date, signedHeaders, declared || request.bodyHash, '');
      return compare(known.caller, date, text, signature);
    },

    query: (request) => {
      const query = new URLSearchParams(splitUrl(request.url)[1] ?? '');
      const get = (name: string): string => query.get(`X-Amz-${name}`) ?? '';
      if (get('Algorithm') !== ALGORITHM) return refuse('malformed', `X-Amz-Algorithm must be ${ALGORITHM}.`);
      const date = get('Date');
      const known = checkCredential(get('Credential'), date);
      if (!known.caller) return known;
      const seconds = Number(get('Expires'));
      if (!get('Expires') || !(seconds >= 1 && seconds <= MAX_EXPIRES_S)) {
        return refuse('malformed', 'X-Amz-Expires must be between 1 second and 7 days.');
      }
      const age = now() - timeOf(date);
      if (age < -MAX_SKEW_MS) return refuse('expired', 'Request is not valid yet');
      if (age > seconds * 1000) return refuse('expired', 'Request has expired');
      const text = signed(request, date, get('SignedHeaders'), 'UNSIGNED-PAYLOAD', 'X-Amz-Signature');
      return compare(known.caller, date, text, get('Signature'));
    },

    policy: ({ policy, algorithm, credential, date, signature }) => {
      if (algorithm !== ALGORITHM) return refuse('malformed', `X-Amz-Algorithm must be ${ALGORITHM}.`);
      if (!credential || !date || !signature)
        return refuse('malformed', 'A signature field of the form is missing.');
      const known = checkCredential(credential, date);
      return known.caller ? compare(known.caller, date, policy, signature) : known;
    },
  };
};
