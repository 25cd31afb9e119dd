import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Our own folders in the trees of control groups. In version 2 both are the same. */
export type CgroupHomes = {
  readonly version: 1 | 2;
  readonly cpu?: string;
  readonly memory?: string;
  /** Why a part is missing. */
  readonly reason: string;
};

type Mount = {
  readonly root: string;
  readonly at: string;
  readonly type: string;
  readonly options: readonly string[];
};

const mountsOf = (mountinfo: string): Mount[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [head = '', tail = ''] = line.split(' - ');
    const [, , , root, at] = head.split(' ');
    const [type, , options] = tail.split(' ');
    if (!root || !at || !type?.startsWith('cgroup')) return [];
    return [{ root, at, type, options: (options ?? '').split(',') }];
  });

/** The folder of our own group, inside of a mount that may show only a part of the tree. */
const ownFolder = (mount: Mount, path: string): string =>
  join(mount.at, mount.root !== '/' && path.startsWith(mount.root) ? path.slice(mount.root.length) : path);

const isUsable = (folder: string, controllers: readonly string[], version: 1 | 2): boolean => {
  if (version === 1) return true;
  const given = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  if (!controllers.every((controller) => given.includes(controller))) return false;
  writeFileSync(join(folder, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
  return true;
};

type Place = { readonly name: string; readonly onMade: (home: string) => void; readonly version: 1 | 2 };

const tryIn = (
  parents: readonly string[],
  { name, onMade, version }: Place,
  controllers: readonly string[],
): string | Error => {
  let failure = new Error('no folder of control groups');
  for (const parent of parents) {
    if (!existsSync(parent)) continue;
    const home = join(parent, name);
    try {
      mkdirSync(home, { recursive: true });
      onMade(home);
      if (isUsable(home, controllers, version)) return home;
      failure = new Error(`${parent} hands on no ${controllers.join(' and ')} controller`);
      rmdirSync(home);
    } catch (error) {
      failure = error as Error;
    }
  }
  return failure;
};

const upwards = (folder: string, top: string): string[] =>
  folder.length <= top.length ? [top] : [folder, ...upwards(dirname(folder), top)];

/**
 * Makes a folder of our own in each tree of control groups that this process may write to: below its own group, or below
 * `duet`, which an administrator may have made for us and given away.
 *
 * @param name of the folder
 * @param onMade told of each folder at once, and of some that turn out to be of no use
 * @param system /proc/self/mountinfo and /proc/self/cgroup, as text
 */
export const makeCgroupHomes = (
  name: string,
  onMade: (home: string) => void,
  { mountinfo, cgroup }: { readonly mountinfo: string; readonly cgroup: string },
): CgroupHomes => {
  const mounts = mountsOf(mountinfo);
  const paths = new Map(
    cgroup
      .trim()
      .split('\n')
      .map((line) => {
        const [, controllers = '', ...path] = line.split(':');
        return [controllers, path.join(':')];
      }),
  );
  const pathOf = (controller: string): string =>
    [...paths].find(([names]) => names.split(',').includes(controller))?.[1] ?? '/';

  const first = (controller: string): string | Error => {
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
    if (!mount) return new Error(`no control groups for ${controller}`);
    const own = ownFolder(mount, pathOf(controller));
    return tryIn([own, join(mount.at, 'duet')], { name, onMade, version: 1 }, [controller]);
  };
  const [cpu, memory] = [first('cpu'), first('memory')];
  if (typeof cpu === 'string' || typeof memory === 'string') {
    const failed = [cpu, memory].find((home) => typeof home !== 'string');
    return {
      version: 1,
      ...(typeof cpu === 'string' ? { cpu } : {}),
      ...(typeof memory === 'string' ? { memory } : {}),
      reason: failed?.message ?? '',
    };
  }

  const unified = mounts.find(({ type }) => type === 'cgroup2');
  if (!unified) return { version: 1, reason: memory.message };
  const own = ownFolder(unified, paths.get('') ?? '/');
  const parents = [...upwards(own, unified.at), join(unified.at, 'duet')];
  const both = tryIn(parents, { name, onMade, version: 2 }, ['cpu', 'memory']);
  return typeof both === 'string'
    ? { version: 2, cpu: both, memory: both, reason: '' }
    : { version: 2, reason: both.message };
};
