import { makeProgress } from '../progress.ts';
import { composeFault } from './compose-faults.ts';
import { listReplicas } from './containers.ts';
import type { Deps } from './deps.ts';
import { CLIENT_PORT, gatewayAddress, STATS_PORT } from './gateway.ts';

/** Compose marks the steps of a build with `#` and a number; an error is told at the end anyway. */
const short = (line: string): string => line.replace(/^#\d+ /, '').slice(0, 60);

const withProgress = async (deps: Deps, name: string, args: readonly string[]): Promise<void> => {
  const progress = makeProgress(process.stderr);
  const step = progress.step(name);
  try {
    await deps.compose.run(args, { tell: (line) => step.tell(short(line)) });
    step.done();
  } catch (error) {
    step.failed('');
    throw await composeFault(error, deps.docker, deps.project, deps.compose);
  } finally {
    progress.end();
  }
};

/** What `up` prints when everything is healthy. */
export const urlsText = async ({ docker, project }: Deps): Promise<string> => {
  const all = await listReplicas(docker, project);
  const [clients, stats] = [gatewayAddress(all, CLIENT_PORT), gatewayAddress(all, STATS_PORT)];
  const named = project === 'duet' ? '' : ` --project-name ${project}`;
  return `The stack ${project} is up.

  Gateway      http://${clients}
  Reference    http://${clients}/docs
  Statistics   http://${stats}/stats

An administrator, with a password that is shown once:
  docker compose${named} exec -T auth node microservices/auth/create-administrator.ts --email you@example.com`;
};

/**
 * Builds the images, starts everything, and waits until all is healthy.
 *
 * @param options `timeoutMs` is the longest wait for health, after the build
 * @throws StackError for a port that is taken, a container that is not healthy, a disk that is full
 */
export const up = async (
  deps: Deps,
  { build, timeoutMs }: { readonly build: boolean; readonly timeoutMs: number },
): Promise<void> => {
  if (build) await withProgress(deps, 'build', ['build']);
  const wait = ['--wait', '--wait-timeout', String(Math.ceil(timeoutMs / 1000))];
  await withProgress(deps, 'start', ['up', '--detach', '--no-build', ...wait]);
};

/** Stops and removes all containers and networks; with `volumes` the data too. */
export const down = async (deps: Deps, volumes: boolean): Promise<void> => {
  await withProgress(deps, 'stop', ['down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])]);
};
