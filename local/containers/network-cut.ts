import type Docker from 'dockerode';
import { composeFault } from './compose-faults.ts';
import { replicasOf, unlessGone } from './containers.ts';
import type { Deps } from './deps.ts';
import type { Lasting } from './disturb.ts';
import { asFault, StackError } from './errors.ts';
import { rest } from './waiting.ts';

/** A network that the containers of a service belong to, and the names they have there beside their own. */
type Membership = { readonly network: string; readonly aliases: readonly string[] };

/** What was done to one container. */
export type Rewired = { readonly container: string; readonly networks: readonly string[] };

/**
 * Which networks a service belongs to. Nothing is remembered of a cut: the Compose file says what there was, whoever
 * cut, and whatever became of that process.
 */
const membershipsOf = async (
  { docker, project, compose }: Deps,
  service: string,
): Promise<readonly Membership[]> => {
  const config = await compose.config().catch(async (error: unknown) => {
    throw await composeFault(error, docker, project, compose);
  });
  const own = Object.entries(config.services[service]?.networks ?? {});
  if (own.length === 0) throw new StackError(`${service} is on no network.`);
  return own.map(([name, membership]) => ({
    network: config.networks?.[name]?.name ?? `${project}_${name}`,
    // As Compose itself does it: other containers look for the service's name.
    aliases: [service, ...(membership?.aliases ?? [])],
  }));
};

type Connections = Docker.ContainerInspectInfo['NetworkSettings']['Networks'];

const connectionsOf = async (docker: Docker, id: string): Promise<Connections> =>
  (await unlessGone(docker.getContainer(id).inspect()))?.NetworkSettings.Networks ?? {};

/** What the engine says of what is so already, and of a container that was removed in between: neither is a fault. */
const HARMLESS = /already exists in network|is not connected to|No such container/i;

const unlessHarmless = async (call: Promise<unknown>): Promise<void> => {
  await call.catch((error: unknown) => {
    if (!HARMLESS.test(asFault(error).message)) throw error;
  });
};

const disconnect = (docker: Docker, network: string, id: string): Promise<void> =>
  unlessHarmless(docker.getNetwork(network).disconnect({ Container: id, Force: true }));

const connect = (docker: Docker, network: string, id: string, aliases: readonly string[]): Promise<void> => {
  const options = { Container: id, EndpointConfig: { Aliases: [...aliases] } };
  return unlessHarmless(docker.getNetwork(network).connect(options));
};

/**
 * Gives the containers of a service back what networks they lack, with the names by which others find them. May be
 * repeated; what is whole is left alone.
 *
 * @returns what was restored
 */
export const heal = async (deps: Deps, service: string): Promise<readonly Rewired[]> => {
  const { docker, project } = deps;
  const replicas = await replicasOf(docker, project, service);
  const memberships = await membershipsOf(deps, service);
  const healed: Rewired[] = [];
  for (const { id, name } of replicas) {
    const connections = await connectionsOf(docker, id);
    const networks: string[] = [];
    for (const { network, aliases } of memberships) {
      const wanted = [name, ...aliases];
      const known: unknown = connections[network]?.Aliases;
      if (Array.isArray(known) && wanted.every((alias) => known.includes(alias))) continue;
      // Connected, but not to be found: as the engine itself does it to a container that is started while it is cut off.
      if (connections[network]) await disconnect(docker, network, id);
      await connect(docker, network, id, wanted);
      networks.push(network);
    }
    if (networks.length > 0) healed.push({ container: name, networks });
  }
  return healed;
};

/**
 * Takes all containers of a service off all their networks: nobody reaches them, they reach nobody, and what is under
 * way is neither answered nor refused. It lasts until `heal`.
 *
 * @param lasting heals after a time, or at the signal
 * @throws StackError when one is on a network that the Compose file does not name: `heal` could not give it back
 */
export const cut = async (
  deps: Deps,
  service: string,
  { forMs, signal }: Lasting = {},
): Promise<readonly Rewired[]> => {
  const { docker, project } = deps;
  const replicas = await replicasOf(docker, project, service);
  const known = new Set((await membershipsOf(deps, service)).map(({ network }) => network));
  const plans = await Promise.all(
    replicas.map(async ({ id, name }) => ({
      id,
      container: name,
      networks: Object.keys(await connectionsOf(docker, id)),
    })),
  );
  for (const { container, networks } of plans) {
    const unknown = networks.find((network) => !known.has(network));
    if (unknown !== undefined)
      throw new StackError(
        `${container} is on the network ${unknown}, which the Compose file does not give it.`,
      );
  }
  for (const { id, networks } of plans) for (const network of networks) await disconnect(docker, network, id);
  if (forMs !== undefined) {
    await rest(forMs, signal);
    await heal(deps, service);
  }
  return plans
    .filter(({ networks }) => networks.length > 0)
    .map(({ container, networks }) => ({ container, networks }));
};
