import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWith } from '../measure/proc.ts';
import { removeProject } from './projects.ts';

/** The file in a root that names the Compose projects of its run, one a line. */
export const PROJECTS = 'projects';

/** How long what runs on a root may take to end by itself, in ms: what holds it has noticed that the run is gone. */
const ENDING_MS = 30_000;
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
