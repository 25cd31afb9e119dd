import { composeFault } from './compose-faults.ts';
import { listReplicas, type Replica } from './containers.ts';
import type { Deps } from './deps.ts';
import { StackError } from './errors.ts';
import { CLIENT_PORT, readGateway, STATS_PORT, slotsOf } from './gateway.ts';

/** Numbers of replicas by service. */
export type Counts = Readonly<Record<string, number>>;

/** The ports of the gateway that runs, so that a new replica is made for the same address as the old ones. */
const portsOf = (all: readonly Replica[]): Record<string, string> => {
  const gateway = all.find(({ service, state }) => service === 'gateway' && state === 'running');
  const [clients, stats] = [gateway?.published.get(CLIENT_PORT), gateway?.published.get(STATS_PORT)];
  return {
    ...(clients ? { DUET_PORT: String(clients.port) } : {}),
    ...(stats ? { DUET_STATS_PORT: String(stats.port) } : {}),
  };
};

/**
 * Sets how many containers some services have, through `docker compose up --scale`. Those that run are left as they
 * are; those that are too many drain and are removed; those that ended are started again.
 *
 * @throws StackError when the gateway has no room for so many, or Compose fails
 */
export const setReplicas = async ({ docker, project, compose }: Deps, counts: Counts): Promise<void> => {
  const all = await listReplicas(docker, project);
  const rows = (await readGateway(docker, project, all)) ?? [];
  for (const [service, count] of Object.entries(counts)) {
    const slots = slotsOf(rows, service);
    if (slots !== undefined && count > slots)
      throw new StackError(`The gateway has room for ${slots} replicas of ${service}, not ${count}.`);
  }
  const services = Object.keys(counts);
  const scales = Object.entries(counts).flatMap(([service, count]) => ['--scale', `${service}=${count}`]);
  const how = ['--detach', '--no-deps', '--no-recreate', '--no-build'];
  try {
    await compose.run(['up', ...how, ...scales, ...services], { env: portsOf(all) });
  } catch (error) {
    throw await composeFault(error, docker, project, compose);
  }
};
