import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { BUILD_DIR, buildFunctions, DRIVER } from './build.ts';
import { nativePackages } from './native-packages.ts';
import type { Serverless } from './serverless-types.ts';

/** Parts of packages that nothing runs. */
const USELESS = /(^|\/)(src|install|\.bin|\.package-lock\.json)(\/|$)|\.(md|d\.[cm]?ts|cc|h)$/;

/** One and the same time in every archive, so that the same bundle is the same archive and is not deployed anew. */
const MTIME = new Date('2000-01-01T00:00:00');

/** Archives are unpacked on Linux, where files need to be readable by all. */
const READABLE = 0o100644 << 16;

const filesUnder = (dir: string, at = dir): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (USELESS.test(relative(at, path).replaceAll('\\', '/'))) return [];
    return entry.isDirectory() ? filesUnder(path, at) : [path];
  });

const archiveOf = (files: ReadonlyMap<string, string>): Uint8Array => {
  const zippable: Zippable = {};
  for (const [name, path] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    zippable[name] = [readFileSync(path), { mtime: MTIME, os: 3, attrs: READABLE }];
  }
  return zipSync(zippable, { level: 6 });
};

const requires = (bundle: string, name: string): boolean =>
  [`require("${name}")`, `require('${name}')`].some((call) => readFileSync(bundle, 'utf8').includes(call));

/**
 * Bundles every function and packs each into an archive of its own with nothing but its bundle, and, where it resizes, sharp for
 * the architecture that the function runs on. osls takes the archives from there.
 *
 * @param serverless osls; its functions are pointed at their archives
 */
export const prepareArtifacts = async (serverless: Serverless): Promise<void> => {
  const { service, serviceDir } = serverless;
  const functions = Object.entries(service.functions).map(([key, { handler }]) => ({ key, handler }));
  await buildFunctions({ serviceDir, functions });

  const architecture = service.provider.architecture === 'arm64' ? 'arm64' : 'x64';
  const outDir = join(serviceDir, BUILD_DIR, 'artifacts', architecture);
  mkdirSync(outDir, { recursive: true });
  for (const [key, definition] of Object.entries(service.functions)) {
    const bundle = join(serviceDir, BUILD_DIR, key, 'index.cjs');
    const files = new Map([['index.cjs', bundle]]);
    if (requires(bundle, `./${DRIVER}.cjs`))
      files.set(`${DRIVER}.cjs`, join(dirname(bundle), `${DRIVER}.cjs`));
    if (requires(bundle, 'sharp')) {
      const packages = await nativePackages(serviceDir, 'sharp', architecture);
      for (const path of filesUnder(packages)) {
        files.set(`node_modules/${relative(packages, path).replaceAll('\\', '/')}`, path);
      }
    }
    const artifact = join(outDir, `${key}.zip`);
    writeFileSync(artifact, archiveOf(files));
    definition.package = { artifact: relative(serviceDir, artifact) };
    definition.handler = 'index.handler';
  }
};
