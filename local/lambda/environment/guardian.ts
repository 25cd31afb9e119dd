import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, 'guardian.sh');

/** A guardian that dies at once is not started again in a loop, in ms. */
const LEAST_LIFE_MS = 500;

/** Makes sure that no process of a function outlives this one, whatever becomes of it: kill -9, too. */
export type Guardian = {
  readonly pid: () => number | undefined;
  /** A process group leader that was started this moment. */
  readonly watch: (pid: number) => void;
  readonly forget: (pid: number) => void;
  /** A folder of control groups that is to be cleared away as well. */
  readonly watchHome: (folder: string) => void;
  /** Nothing is left to guard. */
  readonly close: () => Promise<void>;
};

/**
 * Starts guardian.sh in a session of its own, where no Ctrl-C reaches it, and again should it die. A shell, for it takes 1 MB
 * and 1 ms.
 *
 * @param run this runtime's folder
 * @throws Error when /bin/sh does not start
 */
export const startGuardian = async (run: string): Promise<Guardian> => {
  const living = new Set<number>();
  const homes: string[] = [];
  let closed = false;
  let child: ChildProcess;

  const tell = (line: string): void => {
    if (child.stdin?.writable) child.stdin.write(line);
  };
  const start = (): ChildProcess => {
    const began = Date.now();
    const shell = spawn('/bin/sh', [SCRIPT, run], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    // It may end between a look and a write; whoever lives is told to the next one
    shell.stdin.on('error', () => {});
    shell.on('error', () => {});
    shell.once('exit', () => {
      if (closed) return;
      const again = (): void => {
        if (closed) return;
        child = start();
        for (const home of homes) tell(`home ${home}\n`);
        for (const pid of living) tell(`+ ${pid}\n`);
      };
      if (Date.now() - began > LEAST_LIFE_MS) again();
      else setTimeout(again, LEAST_LIFE_MS).unref();
    });
    shell.unref();
    return shell;
  };
  child = start();
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });

  return {
    pid: () => child.pid,
    watch: (pid) => {
      living.add(pid);
      tell(`+ ${pid}\n`);
    },
    forget: (pid) => {
      if (living.delete(pid)) tell(`- ${pid}\n`);
    },
    watchHome: (folder) => {
      homes.push(folder);
      tell(`home ${folder}\n`);
    },
    close: async () => {
      closed = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.ref();
      child.stdin?.end('end\n');
      await ended;
    },
  };
};
