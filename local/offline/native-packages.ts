import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUILD_DIR } from './build.ts';

const run = promisify(execFile);

/** The version that this machine has, which is the one that the tests ran with. */
const installedVersion = (serviceDir: string, name: string): string => {
  const require = createRequire(join(serviceDir, 'shared', 'package.json'));
  for (let dir = dirname(require.resolve(name)); dir !== dirname(dir); dir = dirname(dir)) {
    const file = join(dir, 'package.json');
    if (!existsSync(file)) continue;
    const { name: found, version } = JSON.parse(readFileSync(file, 'utf8'));
    if (found === name) return version;
  }
  throw new Error(`${name} is not installed`);
};

/**
 * A folder of packages with the native code of another machine: Lambda's Linux with glibc on `architecture`. npm fetches
 * them once; afterwards they are taken from the build folder.
 *
 * @param serviceDir directory of serverless.yml
 * @param name the package, in the version that is installed here
 * @param architecture of the functions
 * @returns the path of a `node_modules` with the package and what it needs
 */
export const nativePackages = async (
  serviceDir: string,
  name: string,
  architecture: 'arm64' | 'x64',
): Promise<string> => {
  const version = installedVersion(serviceDir, name);
  const done = join(serviceDir, BUILD_DIR, 'native', `${name}-${version}-linux-${architecture}`);
  if (!existsSync(done)) {
    const making = `${done}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    writeFileSync(
      join(making, 'package.json'),
      JSON.stringify({ private: true, dependencies: { [name]: version } }),
    );
    const platform = ['--os=linux', `--cpu=${architecture}`, '--libc=glibc'];
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
    await run('npm', ['install', ...platform, ...quiet], {
      cwd: making,
      shell: process.platform === 'win32',
    });
    try {
      renameSync(making, done);
    } catch (error) {
      // Somebody else made it meanwhile
      rmSync(making, { recursive: true, force: true });
      if (!existsSync(done)) throw error;
    }
  }
  return join(done, 'node_modules');
};
