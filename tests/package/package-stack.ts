import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { environment } from '../../shared/kernel/config.ts';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const OSLS = join(ROOT, 'node_modules/serverless/bin/serverless.js');

/** A resource of the packaged template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: every resource type has properties of its own
  readonly Properties: any;
}

/** What `serverless package` made for one architecture. */
export interface Packaged {
  readonly resources: Readonly<Record<string, Resource>>;
  /** The archive of a function. */
  readonly artifact: (key: string) => Record<string, Uint8Array>;
}

/** What npm needs to reach its registry stays; everything of anybody's account with AWS goes. */
const withoutCredentials = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment()).filter(([name]) => !name.startsWith('AWS_')));

const readPackage = (templateFile: string, architecture: 'x86_64' | 'arm64'): Packaged => {
  const template = JSON.parse(readFileSync(templateFile, 'utf8'));
  const folder = join(ROOT, '.build/artifacts', architecture === 'arm64' ? 'arm64' : 'x64');
  return {
    resources: template.Resources,
    artifact: (key) => unzipSync(readFileSync(join(folder, `${key}.zip`))),
  };
};

const makePackage = (architecture: 'x86_64' | 'arm64'): Packaged => {
  const home = mkdtempSync(join(tmpdir(), 'duet-package-'));
  const out = join(home, 'out');
  try {
    const npmCache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
    execFileSync(process.execPath, [OSLS, 'package', `--param=arch=${architecture}`, '--package', out], {
      cwd: ROOT,
      env: {
        ...withoutCredentials(),
        HOME: home,
        npm_config_cache: npmCache,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdio: 'pipe',
    });
    return readPackage(join(out, 'cloudformation-template-update-stack.json'), architecture);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

/** Unpacks an archive into a new folder that has nothing of the project above it. */
export const unpack = (files: Record<string, Uint8Array>): string => {
  const dir = mkdtempSync(join(tmpdir(), 'duet-artifact-'));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), bytes);
  }
  return dir;
};

const made = new Map<string, Packaged>();

/** Packages the stack as a stranger would, once: no credentials, no home directory with any. */
export const packageStack = (architecture: 'x86_64' | 'arm64'): Packaged => {
  const packaged = made.get(architecture) ?? makePackage(architecture);
  made.set(architecture, packaged);
  return packaged;
};
