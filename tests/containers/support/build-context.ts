import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from './docker.ts';

/** What the images are made of. */
const SOURCES = [
  '.dockerignore',
  'package.json',
  'package-lock.json',
  'shared',
  'microservices',
  'serverless/package.json',
];

/** A copy of the sources that a test may change. */
export type BuildContext = {
  readonly dir: string;
  /** Adds a line to a file, as a developer would. */
  readonly touch: (file: string) => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** Copies what the images are built from to a temporary folder. */
export const copyBuildContext = async (): Promise<BuildContext> => {
  const dir = await mkdtemp(join(tmpdir(), 'duet-build-'));
  const filter = (path: string): boolean => basename(path) !== 'node_modules';
  for (const path of SOURCES) await cp(join(ROOT, path), join(dir, path), { recursive: true, filter });
  return {
    dir,
    touch: (file) => appendFile(join(dir, file), `// ${Date.now()}\n`),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
};
