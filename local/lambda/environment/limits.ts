import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type CgroupHomes, makeCgroupHomes } from './cgroup-homes.ts';
import { type Cgroup, clearHome, makeCgroup } from './cgroups.ts';
import { clearMarked, killMarked } from './marked-processes.ts';
import { type MemoryWatch, makeMemoryWatch } from './memory-watch.ts';
import { HAS_PROC } from './proc.ts';

/** The limits of one environment. It outlives the processes in it. */
export type EnvironmentLimits = {
  readonly attach: (pid: number) => Promise<void>;
  /** From now on the CPU share holds: not before the first INIT is over. */
  readonly throttle: () => void;
  /** While a process runs and is not frozen. @returns ends it */
  readonly watch: (pid: number, onExceeded: () => void) => () => void;
  /** Whether the kernel has killed for want of memory since the last time this was asked. */
  readonly ranOutOfMemory: () => boolean;
  /** Kills whatever its processes have started and left behind. */
  readonly killAll: () => void;
  readonly remove: () => Promise<void>;
};

/** What this machine lets us enforce. */
export type Limits = {
  /** One line for a person. */
  readonly cpu: string;
  readonly memory: string;
  /** @param onFault told when they cannot be set for once */
  readonly ofEnvironment: (
    name: string,
    memoryMb: number,
    onFault: (words: string) => void,
  ) => EnvironmentLimits;
  /** From now on all environments end: what they leave behind is killed by `close`, for all of them at once. */
  readonly closing: () => void;
  readonly close: () => Promise<void>;
};

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Proves on a process of ours that we may move processes and limit them: a folder that was made may still refuse. */
const tryOut = async (homes: CgroupHomes): Promise<Error | undefined> => {
  const child = spawn('/bin/sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    if (child.pid === undefined) return new Error('no /bin/sh');
    const group = makeCgroup(homes, 'trial', 128);
    try {
      await group.attach(child.pid);
      group.throttle();
      group.memoryKills();
      return undefined;
    } finally {
      child.kill('SIGKILL');
      await group.remove();
    }
  } catch (error) {
    return error as Error;
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
};

const cpuLine = ({ version, cpu, reason }: CgroupHomes): string =>
  cpu
    ? `memorySize/1769 vCPU for each environment after its INIT, by control groups (version ${version})`
    : `not limited, an environment may take a whole core or more: ${reason}`;

const memoryLine = ({ version, memory, reason }: CgroupHomes): string => {
  if (memory) return `memorySize, by control groups (version ${version})`;
  return HAS_PROC
    ? `memorySize, looked at every 20 ms and without the processes that a function starts: ${reason}`
    : 'not limited, this system has neither control groups nor /proc';
};

const findHomes = async (name: string, onMade: (home: string) => void): Promise<CgroupHomes> => {
  const [mountinfo, cgroup] = [readOr('/proc/self/mountinfo'), readOr('/proc/self/cgroup')];
  if (mountinfo === '') return { version: 1, reason: 'this system has no control groups' };
  const homes = makeCgroupHomes(name, onMade, { mountinfo, cgroup });
  if (!homes.cpu && !homes.memory) return homes;
  const failure = await tryOut(homes);
  if (!failure) return homes;
  await Promise.all([homes.cpu, homes.memory].map((home) => home && clearHome(home)));
  return { version: homes.version, reason: failure.message };
};

/**
 * Finds out what can be enforced here, by trying.
 *
 * @param run this runtime's name, as no other has it: of its folders among the control groups, and in its environments' variables
 * @param onHome told of each such folder before anything is in it
 * @param cgroups false: as if there were none
 */
export const makeLimits = async (
  run: string,
  onHome: (folder: string) => void,
  cgroups = true,
): Promise<Limits> => {
  const homes: CgroupHomes = cgroups
    ? await findHomes(run, onHome)
    : { version: 1, reason: 'control groups are switched off' };
  const folders = [...new Set([homes.cpu, homes.memory])].filter((home) => home !== undefined);
  const poll: MemoryWatch | undefined = homes.memory || !HAS_PROC ? undefined : makeMemoryWatch();

  const groupOf = (name: string, memoryMb: number, onFault: (words: string) => void): Cgroup | undefined => {
    if (folders.length === 0) return undefined;
    try {
      return makeCgroup(homes, name, memoryMb);
    } catch (error) {
      onFault((error as Error).message);
      return undefined;
    }
  };
  let isClosing = false;
  const ofEnvironment: Limits['ofEnvironment'] = (name, memoryMb, onFault) => {
    const cgroup = groupOf(name, memoryMb, onFault);
    let kills = 0;
    return {
      attach: async (pid) => {
        try {
          await cgroup?.attach(pid);
        } catch (error) {
          // ESRCH: it has ended
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') onFault((error as Error).message);
        }
      },
      throttle: () => {
        try {
          cgroup?.throttle();
        } catch (error) {
          onFault((error as Error).message);
        }
      },
      watch: (pid, onExceeded) => poll?.watch(pid, memoryMb, onExceeded) ?? (() => {}),
      ranOutOfMemory: () => {
        const before = kills;
        kills = cgroup?.memoryKills() ?? 0;
        return kills > before;
      },
      killAll: () => {
        if (cgroup) cgroup.killAll();
        else if (!isClosing) killMarked(name);
      },
      remove: async () => cgroup?.remove(),
    };
  };
  return {
    cpu: cpuLine(homes),
    memory: memoryLine(homes),
    ofEnvironment,
    closing: () => {
      isClosing = true;
    },
    close: async () => {
      await Promise.all(folders.map(clearHome));
      await clearMarked(run);
    },
  };
};
