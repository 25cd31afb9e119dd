import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock, NewId } from '../../kernel/ids.ts';
import type { NewSecret } from '../../kernel/secret.ts';

/** The machine's clock. */
export const systemClock: Clock = () => Date.now();

/** UUIDs of version 7: random, and in order of creation, so that an id is also a cursor. */
export const newUuid: NewId = () => v7();

/** 256 random bits as base64url. */
export const newRandomSecret: NewSecret = () => randomBytes(32).toString('base64url');
