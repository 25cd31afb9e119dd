import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Names = z.record(z.string(), z.string()).default({});

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dependencies: Names,
      optionalDependencies: Names,
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
      libc: z.array(z.string()).optional(),
      link: z.boolean().optional(),
      resolved: z.string().optional(),
    }),
  ),
});
type Packages = z.output<typeof Lock>['packages'];

/** The platform for which packages are counted: that of an ordinary server. */
const runsThere = ({ os = ['linux'], cpu = ['x64'], libc = ['glibc'] }: Packages[string]): boolean =>
  os.includes('linux') && cpu.includes('x64') && libc.includes('glibc');

/** As Node looks for it: in the package's own folder, then in those above. */
const resolve = (packages: Packages, from: string, name: string): string | undefined => {
  for (let at = from; ; at = at.replace(/\/?[^/]+$/, '')) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    const found = packages[path];
    if (found) return found.link ? found.resolved : path;
    if (at === '') return undefined;
  }
};

/** The packages of package-lock.json. */
export const readLock = (root: string): Packages | undefined => {
  const file = join(root, 'package-lock.json');
  return existsSync(file) ? Lock.parse(JSON.parse(readFileSync(file, 'utf8'))).packages : undefined;
};

/** Paths of all packages that workspaces bring to where they run, without the project's own, on Linux with x64 and glibc. */
export const installedBy = (packages: Packages, workspaces: readonly string[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const follow = (path: string): void => {
    const entry = packages[path];
    if (seen.has(path) || !entry || !runsThere(entry)) return;
    seen.add(path);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const next = resolve(packages, path, name);
      if (next !== undefined) follow(next);
    }
  };
  for (const workspace of workspaces) follow(workspace);
  return new Set([...seen].filter((path) => path.includes('node_modules/')));
};
