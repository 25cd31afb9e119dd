import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FifoStock } from './fifos.ts';
import { fifoInbox, type Inbox, socketInbox } from './inbox.ts';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.cjs', import.meta.url));

/** A process with its channel: what goes to it, on its file descriptor 3, and what comes from it, on 4. */
export type SpawnedNode = {
  readonly child: ChildProcess;
  readonly channel: { readonly to: Inbox; readonly from: Socket };
};

/**
 * Starts Node with our bootstrap, in a session and process group of its own.
 *
 * @param onFault told when nothing can be written to it any more
 * @returns an error where the system gives us no process: no more of them, or of descriptors, memory or
 *   disk. Node throws some of these and reports others
 */
export const spawnNode = (
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly root: string;
    readonly tmp: string;
    readonly memoryMb: number;
    readonly fifos: FifoStock;
    /** The command that Node is put behind, or nothing. */
    readonly behind: readonly string[];
  },
  onFault: () => void,
): SpawnedNode | Error => {
  const { env, root, tmp, memoryMb, fifos, behind } = options;
  const fifo = fifos.take();
  let inbox: Inbox | undefined;
  try {
    mkdirSync(tmp, { recursive: true });
    // As much heap as there is memory: the limit of the environment comes first, as on Lambda
    const node = [process.execPath, `--max-old-space-size=${memoryMb}`, BOOTSTRAP];
    const [command = process.execPath, ...args] = [...behind, ...node];
    const child = spawn(command, args, {
      env,
      cwd: existsSync(root) ? root : tmp,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', fifo?.theirs ?? 'pipe', 'pipe'],
    });
    const [, , , to, from] = child.stdio ?? [];
    if (from && fifo) inbox = fifoInbox(fifo.ours, onFault);
    else if (from && to) inbox = socketInbox(to as Socket, onFault);
    if (inbox) return { child, channel: { to: inbox, from: from as Socket } };
    child.once('error', () => {});
    return new Error('the system is out of processes or file descriptors');
  } catch (error) {
    return error as Error;
  } finally {
    if (fifo) closeSync(fifo.theirs);
    if (fifo && !inbox) closeSync(fifo.ours);
  }
};
