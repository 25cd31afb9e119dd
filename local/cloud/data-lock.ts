import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a data directory for this process; the result gives it back. The lock is the operating system's (an exclusive
 * SQLite transaction), so it ends with its process however that dies, and a file left behind is never in the way.
 * Throws an Error with the holder's process id when the directory is in use.
 */
export const lockDataDir = (dataDir: string): (() => void) => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const pidFile = join(dataDir, 'pid');
  const db = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const holder = readPid(pidFile);
    throw new Error(
      `The data directory ${dataDir} is in use by another local cloud${holder ? ` (process ${holder})` : ''}: stop it, or choose another with --data`,
      { cause: error },
    );
  }
  writeFileSync(pidFile, String(process.pid));
  return () => db.close();
};

const readPid = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
};
