import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** One folder for the environments of all runtimes of a user: each clears up in it after those that were killed. */
export const makeEnvironmentsDir = (): string => {
  const dir = join(tmpdir(), `duet-environments-${userInfo().uid}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
};
