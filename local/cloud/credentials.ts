import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An access key of the local cloud. The operator's, who may do anything, is made at random at the first start: no default
 * secret exists. Every function has one of its own, derived from it.
 */
export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** The credentials in `<dataDir>/credentials.json`, made on the first call; the file can be read by its owner only. */
export const loadCredentials = (dataDir: string): Credentials => {
  const file = join(dataDir, 'credentials.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
  const credentials = {
    accessKeyId: `LOCAL${randomBytes(8).toString('hex').toUpperCase().slice(0, 15)}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  // A kill between the two lines leaves no half-written file under the real name.
  writeFileSync(`${file}.new`, JSON.stringify(credentials), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return credentials;
};

/**
 * The access key of one function, which acts in that function's role. It is derived, so that whoever has the operator's
 * key can give each function its own without a word with the cloud; from a function's key no other can be derived.
 */
export const functionCredentials = (operator: Credentials, functionKey: string): Credentials => ({
  accessKeyId: `${operator.accessKeyId}_${functionKey}`,
  secretAccessKey: createHmac('sha256', operator.secretAccessKey).update(functionKey).digest('base64url'),
});
