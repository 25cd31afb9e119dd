import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FifoPair, FifoStock } from './fifos.ts';
import { fifoInbox, type Inbox, socketInbox } from './inbox.ts';
import { fifoOutbox, type Outbox, socketOutbox } from './outbox.ts';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.cjs', import.meta.url));

/** What goes to a process, on its file descriptor 3, and what comes from it, on 4. */
type Channel = { readonly to: Inbox; readonly from: Outbox };

/** A process with its channel. */
export type SpawnedNode = { readonly child: ChildProcess; readonly channel: Channel };

/** Undefined when the system had no descriptors for it: Node leaves some out then. */
const channelOf = (
  { stdio }: ChildProcess,
  fifos: FifoPair | undefined,
  onFault: () => void,
): Channel | undefined => {
  const [, stdout, stderr, to, from] = stdio ?? [];
  if (!stdout || !stderr) return undefined;
  if (fifos) return { to: fifoInbox(fifos.to, onFault), from: fifoOutbox(fifos.from) };
  if (!to || !from) return undefined;
  return { to: socketInbox(to as Socket, onFault), from: socketOutbox(from as Socket) };
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
  const { env, root, tmp, memoryMb, behind } = options;
  const fifos = options.fifos.take();
  let channel: Channel | undefined;
  try {
    mkdirSync(tmp, { recursive: true });
    // As much heap as there is memory: the limit of the environment comes first, as on Lambda
    const node = [process.execPath, `--max-old-space-size=${memoryMb}`, BOOTSTRAP];
    const [command = process.execPath, ...args] = [...behind, ...node];
    const child = spawn(command, args, {
      env,
      cwd: existsSync(root) ? root : tmp,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', fifos?.theirIn ?? 'pipe', fifos?.theirOut ?? 'pipe'],
    });
    channel = channelOf(child, fifos, onFault);
    if (channel) return { child, channel };
    child.once('error', () => {});
    return new Error('the system is out of processes or file descriptors');
  } catch (error) {
    return error as Error;
  } finally {
    if (fifos) {
      const spare = channel ? [] : [fifos.to, fifos.from];
      for (const fd of [fifos.theirIn, fifos.theirOut, ...spare]) closeSync(fd);
    }
  }
};
