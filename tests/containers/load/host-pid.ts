import { readFileSync } from 'node:fs';
import type Docker from 'dockerode';

/**
 * The process id, on this machine, of a container's first process; undefined where it cannot be killed from here: the engine
 * is elsewhere or in a virtual machine, or we are not root. `docker kill` is no crash to the engine: what it kills stays down.
 */
export const hostPidOf = async (engine: Docker, id: string): Promise<number | undefined> => {
  const { State } = await engine.getContainer(id).inspect();
  if (!State.Running || process.getuid?.() !== 0) return undefined;
  try {
    return readFileSync(`/proc/${State.Pid}/cgroup`, 'utf8').includes(id) ? State.Pid : undefined;
  } catch {
    return undefined;
  }
};
