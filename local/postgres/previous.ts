import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { factsOf, identityOf } from './processes.ts';
import { OWNER_SETTING } from './server.ts';

/** A live server holds the folder. Just after a kill -9 this can pass: the killed process takes a moment to go. */
export class FolderInUseError extends Error {}

/**
 * Clears what an earlier server of this folder left behind: an orphan (its owner is dead) is stopped, a
 * postmaster.pid whose id now belongs to some unrelated process is made harmless. A server in use is never touched.
 * @throws FolderInUseError also when it cannot be told whose server it is
 */
export async function clearPrevious(folder: string, log: (line: string) => void): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  const pid = readPid(file);
  const facts = pid === undefined ? undefined : factsOf(pid);
  // No file, or no such process: PostgreSQL replaces a stale file itself.
  if (pid === undefined || facts === undefined) return;
  const here = facts.cwd === undefined ? undefined : isSameFolder(facts.cwd, folder);
  const named = facts.command?.includes(` -D ${folder} `) ?? false;
  if (
    here === false ||
    (here === undefined && facts.command !== undefined && !/postgres/.test(facts.command))
  ) {
    // The id was used again. With our own id in its first line PostgreSQL takes the file for stale (it allows for its
    // parent's id, CreateLockFile in miscinit.c), and still checks the shared memory named further down.
    log(`postmaster.pid names process ${pid}, which is not this server: it is stale`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^-?\d+/, String(process.pid)));
    return;
  }
  const owner = new RegExp(`${OWNER_SETTING.replace('.', '\\.')}=((\\d+)-\\w+)`).exec(facts.command ?? '');
  if (!named || !owner || identityOf(Number(owner[2])) === owner[1]) {
    throw new FolderInUseError(
      `${folder} is in use by the PostgreSQL server with process id ${pid}. Stop it first.`,
    );
  }
  log(`stopping the PostgreSQL server ${pid}, left behind by process ${owner[2]}`);
  await stopOrphan(pid);
}

async function stopOrphan(pid: number): Promise<void> {
  const started = Date.now();
  const identity = identityOf(pid);
  for (let immediate = false; identity !== undefined && identityOf(pid) === identity; await sleep(50)) {
    const waitedMs = Date.now() - started;
    if (waitedMs > 20_000) throw new Error(`The PostgreSQL server ${pid} does not stop.`);
    // A second SIGINT does no harm: fast shutdown is already under way (the watcher may have asked for it).
    if (waitedMs < 60) process.kill(pid, 'SIGINT');
    if (waitedMs > 10_000 && !immediate) {
      immediate = true;
      process.kill(pid, 'SIGQUIT');
    }
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 0 && pid !== process.pid ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isSameFolder(a: string, b: string): boolean {
  const [x, y] = [statSync(a, { throwIfNoEntry: false }), statSync(b, { throwIfNoEntry: false })];
  return x !== undefined && y !== undefined && x.dev === y.dev && x.ino === y.ino;
}
