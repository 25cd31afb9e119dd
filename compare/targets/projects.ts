import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A Compose that was killed may have asked the engine for a container that is still being made, in ms. */
const SETTLE_MS = 1_500;
const WITHIN_MS = 180_000;

const run = promisify(execFile);
const docker = async (args: readonly string[]): Promise<string> =>
  (await run('docker', [...args], { timeout: WITHIN_MS, maxBuffer: 1e8 })).stdout;

const wordsOf = async (args: readonly string[]): Promise<readonly string[]> => [
  ...new Set((await docker(args)).split(/\s+/).filter(Boolean)),
];

const containersOf = (project: string): Promise<readonly string[]> =>
  wordsOf(['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${project}`]);

/**
 * The volumes that the engine has made for the containers of a project because their images ask for some: they have no name
 * and no label, and nothing tells later whose they were.
 */
export const namelessVolumes = async (project: string): Promise<readonly string[]> => {
  const containers = await containersOf(project);
  if (containers.length === 0) return [];
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';
  const names = await wordsOf(['inspect', '--format', format, ...containers]);
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
};

/** Removes volumes. */
export const removeVolumes = async (names: readonly string[]): Promise<void> => {
  if (names.length > 0) await docker(['volume', 'rm', '--force', ...names]);
};

/**
 * Ends a Compose project and removes all that was made for it: containers, networks, volumes and images. Nothing of another
 * project.
 *
 * @throws Error when the engine does not do it
 */
export const removeProject = async (project: string): Promise<void> => {
  const down = ['down', '--volumes', '--remove-orphans', '--timeout', '5'];
  do {
    await docker(['compose', '--project-name', project, ...down]);
    await sleep(SETTLE_MS);
  } while ((await containersOf(project)).length > 0);
  // By name: the same image may have another name in another project.
  const format = '{{.Repository}}:{{.Tag}}';
  const images = await wordsOf(['image', 'ls', '--format', format, '--filter', `reference=${project}/*`]);
  if (images.length > 0) await docker(['image', 'rm', '--force', ...images]);
};
