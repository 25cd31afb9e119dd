import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.cjs', import.meta.url));

/** A process with its channel, on file descriptor 3 of its own. */
export type SpawnedNode = { readonly child: ChildProcess; readonly channel: Socket };

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
}): SpawnedNode | Error => {
  const { env, root, tmp, memoryMb } = options;
  try {
    mkdirSync(tmp, { recursive: true });
    // As much heap as there is memory: the limit of the environment comes first, as on Lambda
    const child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, BOOTSTRAP], {
      env,
      cwd: existsSync(root) ? root : tmp,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const channel = child.stdio?.[3] as Socket | undefined;
    if (channel) return { child, channel };
    child.once('error', () => {});
    return new Error('the system is out of processes or file descriptors');
  } catch (error) {
    return error as Error;
  }
};
