/** S3's error answers: XML with a code (Amazon S3 API reference, "Error responses"). */

/** An answer of S3 that is a refusal; `details` become elements of the XML. */
export type S3Refusal = {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
};

const STATUS: Record<string, number> = {
  AccessDenied: 403,
  AccessForbidden: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidPolicyDocument: 400,
  KeyTooLongError: 400,
  MalformedPOSTRequest: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
};

/** Makes a refusal to throw or to answer with. */
export const s3Refusal = (
  code: string,
  message: string,
  details: Record<string, string> = {},
): S3Refusal & Error => Object.assign(new Error(message), { code, details });

/** Whether something thrown is a refusal. */
export const isS3Refusal = (error: unknown): error is S3Refusal =>
  error instanceof Error && 'code' in error && 'details' in error;

/** HTTP status of a code. */
export const s3Status = (code: string): number => STATUS[code] ?? 400;

/** Text as XML content. */
export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** The XML of a refusal. */
export const s3ErrorXml = ({ code, message, details }: S3Refusal, requestId: string): string => {
  const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`;
  const extra = Object.entries(details).map(([name, text]) => element(name, text));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${element('Code', code)}${element('Message', message)}${extra.join('')}${element('RequestId', requestId)}${element('HostId', 'local')}</Error>`;
};
