import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import type { Count } from '../../results/report-data.ts';
import { countOf } from './count.ts';
import { sizeOf } from './lines.ts';
import { installedBy, readLock } from './lockfile.ts';
import { reachOf } from './reach.ts';

const PackageFile = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

const readPackage = (folder: string): z.output<typeof PackageFile> | undefined => {
  const file = join(folder, 'package.json');
  return existsSync(file) ? PackageFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
};

const GROUP = 'Runtime packages of npm';

/** Packages that each style declares, imports and installs, and how much of the shared code it reaches. */
export const dependencyCounts = (root: string): Count[] => {
  const under = (folder: string): string[] =>
    statSync(join(root, folder), { throwIfNoEntry: false })
      ? readdirSync(join(root, folder)).map((name) => join(root, folder, name))
      : [];
  const services = under('microservices').filter((folder) => readPackage(folder));
  const sides = {
    shared: [join(root, 'shared')],
    microservices: services,
    serverless: [join(root, 'serverless')],
  };
  const own = new Set(
    Object.values(sides)
      .flat()
      .flatMap((folder) => readPackage(folder)?.name ?? []),
  );
  const shared = readPackage(join(root, 'shared'))?.name;
  const locals = shared ? { [shared]: join(root, 'shared') } : {};
  const declared = (folders: readonly string[]): number =>
    new Set(
      folders
        .flatMap((folder) => Object.keys(readPackage(folder)?.dependencies ?? {}))
        .filter((name) => !own.has(name)),
    ).size;
  const lock = readLock(root);
  const installed = (folders: readonly string[]): number | null =>
    lock
      ? installedBy(
          lock,
          folders.map((folder) => relative(root, folder)),
        ).size
      : null;
  const entries = {
    microservices: services.map((folder) => join(folder, 'main.ts')),
    serverless: under('serverless').map((folder) => join(folder, 'functions.ts')),
  };
  const [left, right] = [reachOf(entries.microservices, locals), reachOf(entries.serverless, locals)];
  const sharedLines = ({ files }: { files: ReadonlySet<string> }): number =>
    sizeOf([...files].filter((file) => file.startsWith(join(root, 'shared', '/')))).lines;
  return [
    countOf(
      [GROUP, 'declared', 'packages'],
      {
        shared: declared(sides.shared),
        microservices: declared(sides.microservices),
        serverless: declared(sides.serverless),
      },
      'dependencies in package.json, those of all services together, without the project’s own',
    ),
    countOf(
      [GROUP, 'imported', 'packages'],
      { microservices: left.packages.size, serverless: right.packages.size },
      'named by imports of values in the files that main.ts and functions.ts reach, shared ones too',
    ),
    countOf(
      [GROUP, 'installed', 'packages'],
      { microservices: installed(sides.microservices), serverless: installed(sides.serverless) },
      lock
        ? 'all that package-lock.json brings with what is declared, shared too, on Linux with x64; functions are bundled, so of theirs only what is imported is deployed'
        : 'package-lock.json is not there',
    ),
    countOf(
      ['Shared code in use', 'lines that are reached', 'lines'],
      { microservices: sharedLines(left), serverless: sharedLines(right) },
      'lines of code in the files of shared that main.ts and functions.ts reach by imports of values',
    ),
  ];
};
