import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.cjs', import.meta.url));

/** A process with its channel: what goes to it, on its file descriptor 3, and what comes from it, on 4. */
export type SpawnedNode = {
  readonly child: ChildProcess;
  readonly channel: { readonly to: Socket; readonly from: Socket };
};

/**
 * Starts Node with our bootstrap, in a session and process group of its own.
 *
 * @returns an error where the system gives us no process: no more of them, or of descriptors, memory or
 *   disk. Node throws some of these and reports others
 */
export const spawnNode = (options: {
  readonly env: Readonly<Record<string, string>>;
  readonly root: string;
  readonly tmp: string;
  readonly memoryMb: number;
  /** The command that Node is put behind, or nothing. */
  readonly behind: readonly string[];
}): SpawnedNode | Error => {
  const { env, root, tmp, memoryMb, behind } = options;
  try {
    mkdirSync(tmp, { recursive: true });
    // As much heap as there is memory: the limit of the environment comes first, as on Lambda
    const node = [process.execPath, `--max-old-space-size=${memoryMb}`, BOOTSTRAP];
    const [command = process.execPath, ...args] = [...behind, ...node];
    const child = spawn(command, args, {
      env,
      cwd: existsSync(root) ? root : tmp,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const [, , , to, from] = child.stdio ?? [];
    if (to && from) return { child, channel: { to: to as Socket, from: from as Socket } };
    child.once('error', () => {});
    return new Error('the system is out of processes or file descriptors');
  } catch (error) {
    return error as Error;
  }
};
