import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from './overlays.ts';

/** A service to compose: the service itself or its migration, under exactly this environment. */
export type Composition = {
  readonly service: ServiceName;
  readonly job: boolean;
  readonly env: Readonly<Record<string, string>>;
};

/** What became of it: the variables that were looked at, and what it serves; or why it would have ended at its start. */
export type Composed = {
  readonly reads: readonly string[];
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  readonly error?: string;
};

/** Composes services in a process of their own, which neither listens nor connects. One reply each. */
export const composeServices = (compositions: readonly Composition[]): Composed[] => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-compose-'));
  try {
    // Where a container has its secrets, this machine has none: every file that a variable names is this one.
    const file = join(folder, 'database-url');
    writeFileSync(file, 'postgres://role:password@database:5432/name\n');
    const local = ([name, value]: [string, string]) => [name, name.endsWith('_FILE') ? file : value];
    const input = compositions.map((one) => ({
      ...one,
      env: Object.fromEntries(Object.entries(one.env).map(local)),
    }));
    const child = spawnSync(process.execPath, [join(import.meta.dirname, 'services-child.ts')], {
      input: JSON.stringify(input),
      encoding: 'utf8',
      env: {},
    });
    if (child.status !== 0) throw new Error(`The services were not composed: ${child.stderr}`);
    return JSON.parse(child.stdout) as Composed[];
  } finally {
    rmSync(folder, { recursive: true });
  }
};
