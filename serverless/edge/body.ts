import { DomainError } from '@duet/shared/kernel/errors.ts';
import { MAX_BODY_BYTES } from '@duet/shared/kernel/parse.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const EMPTY = Buffer.alloc(0);

/** The bytes of the body. The HTTP API hands on text as it is and anything else in base64. */
export const rawBodyOf = (event: APIGatewayProxyEventV2): Buffer =>
  event.body ? Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8') : EMPTY;

/**
 * Refuses a body above the limit, whatever it is and whether or not the route reads one.
 *
 * @throws DomainError `too-large`
 */
export const requireSmallBody = (event: APIGatewayProxyEventV2): void => {
  // No text has more bytes than three for each of its UTF-16 code units
  if ((event.body?.length ?? 0) * 3 <= MAX_BODY_BYTES) return;
  if (rawBodyOf(event).length > MAX_BODY_BYTES) {
    throw new DomainError('too-large', { detail: `A body has at most ${MAX_BODY_BYTES / 1024} KiB.` });
  }
};
