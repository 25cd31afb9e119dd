import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An access key of the local cloud. There is one, made at random at the first start: no default secret exists. */
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
