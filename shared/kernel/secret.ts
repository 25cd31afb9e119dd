import { createHash } from 'node:crypto';

/** Makes a secret of 256 random bits as base64url text. Injected, so that domain code holds no randomness. */
export type NewSecret = () => string;

/** What is stored of a random secret: its SHA-256, hexadecimal. 256 random bits need no slow hash. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
