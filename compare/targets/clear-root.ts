import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processesWith } from '../measure/proc.ts';

/** The file in a root that names the Compose projects of its run, one a line. */
export const PROJECTS = 'projects';

/** How long what runs on a root may take to end by itself, in ms: what holds it has noticed that the run is gone. */
const ENDING_MS = 30_000;
/** A Compose that was killed may have asked the engine for a container that is still being made, in ms. */
const SETTLE_MS = 1_500;
const DOWN_MS = 180_000;

const run = promisify(execFile);
const docker = async (args: readonly string[]): Promise<string> =>
  (await run('docker', [...args], { timeout: DOWN_MS, maxBuffer: 1e8 })).stdout;

const linesOf = async (args: readonly string[]): Promise<readonly string[]> => [
  ...new Set((await docker(args)).split('\n').filter(Boolean)),
];

/**
 * Ends a Compose project and removes all that was made for it: containers, networks, volumes and images. Nothing of another
 * project.
 *
 * @throws Error when the engine does not do it
 */
export const removeProject = async (project: string): Promise<void> => {
  const label = `label=com.docker.compose.project=${project}`;
  do {
    await docker([
      'compose',
      '--project-name',
      project,
      'down',
      '--volumes',
      '--remove-orphans',
      '--timeout',
      '5',
    ]);
    await sleep(SETTLE_MS);
  } while ((await linesOf(['ps', '--all', '--quiet', '--filter', label])).length > 0);
  // By name: the same image may have another name in another project.
  const format = '{{.Repository}}:{{.Tag}}';
  const images = await linesOf(['image', 'ls', '--format', format, '--filter', `reference=${project}/*`]);
  if (images.length > 0) await docker(['image', 'rm', '--force', ...images]);
};

const projectsOf = (root: string): readonly string[] => {
  const file = join(root, PROJECTS);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return [...new Set(lines.filter((line) => /^duet-compare-[a-z0-9-]+$/.test(line)))];
};

/**
 * Clears away what a run has left: ends its Compose projects, waits until nothing works on its folder, and removes that.
 *
 * @throws Error when the engine, or what works there, does not let go
 */
export const clearRoot = async (root: string): Promise<void> => {
  for (const project of projectsOf(root)) await removeProject(project);
  const busy = (): boolean => processesWith(root).some((pid) => pid !== process.pid);
  for (const until = Date.now() + ENDING_MS; busy() && Date.now() < until; ) await sleep(50);
  await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
};
