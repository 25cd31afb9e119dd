import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { decoded } from '../http/decoded.ts';
import { readBody } from '../http/read-body.ts';
import { Refusal } from './answers.ts';

/** Content types of a JSON payload; AWS's own clients send the last. */
const JSON_TYPE =
  /^(application\/([\w.+-]*\+)?json|application\/x-amz-json-1\.[01]|application\/octet-stream)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `duet-dev-placeOrder`, its ARN whole or from the account on, each with `:$LATEST` or not, as a path has it: name and qualifier. */
export const identify = (path: string): { readonly name: string; readonly qualifier: string | undefined } => {
  const [, arn, bare] =
    /^(?:arn:aws[\w-]*:lambda:[^:]*:)?(?:\d{12}:function:|function:)(.+)$|^(.+)$/.exec(decoded(path)) ?? [];
  const [name = '', qualifier] = (arn ?? bare ?? '').split(':');
  return { name, qualifier };
};

/** On AWS a call is signed. Here a web page is kept out: by its Origin, and by a Host that DNS may have led here. */
export const isForeign = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');

/** The id of an invocation. The retries of an event bear the one under which it was taken. */
export const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-amzn-requestid'];
  return typeof given === 'string' && UUID.test(given) ? given : randomUUID();
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** A call's payload: JSON of at most so many bytes. @throws Refusal */
export const payloadOf = async (req: IncomingMessage, limit: number): Promise<string> => {
  const body = await readBody(req, limit);
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && !JSON_TYPE.test(type))
    throw new Refusal(415, 'UnsupportedMediaTypeException', `Unsupported content type: ${type}`);
  if (!body)
    throw new Refusal(413, 'RequestTooLargeException', `Request must be smaller than ${limit} bytes.`);
  const text = body.length === 0 ? '{}' : body.toString();
  if (isJson(text)) return text;
  throw new Refusal(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
};

/** The client context of a call, which is JSON. @throws Refusal */
export const clientContextOf = ({ headers }: IncomingMessage): string | undefined => {
  const header = headers['x-amz-client-context'];
  if (typeof header !== 'string') return undefined;
  const text = Buffer.from(header, 'base64').toString();
  if (isJson(text)) return text;
  throw new Refusal(400, 'InvalidRequestContentException', 'Client context must be a valid Base64 of JSON.');
};
