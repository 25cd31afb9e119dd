import type Docker from 'dockerode';
import { makeCompose } from '../../../local/containers/compose.ts';
import { inspectReplica, type Replica, replicasOf } from '../../../local/containers/containers.ts';
import type { Deps } from '../../../local/containers/deps.ts';
import { connectEngine } from '../../../local/containers/engine.ts';
import { isUp, parseStats } from '../../../local/containers/gateway.ts';
import type { Shop } from '../../support/shop.ts';
import { until } from '../../support/until.ts';
import { untilReady } from '../support/gateway-stack.ts';
import type { SharedStack } from '../support/shared-stack.ts';
import { makeTrustedWire } from '../support/trusted-wire.ts';

/** The services that have several replicas, behind the gateway. */
export const SERVICES = ['auth', 'inventory', 'orders'] as const;

/** One of them. */
export type Service = (typeof SERVICES)[number];

/** Who runs a stack: sees its containers, and does to them what tests want. */
export type Operator = {
  readonly shop: Shop;
  readonly engine: Docker;
  /** The stack in the hands of the stack tool. */
  readonly deps: Deps;
  readonly replicas: (service: string) => Promise<readonly Replica[]>;
  /** Requests that each running replica of a service was given since the gateway started, by the container's name. */
  readonly served: (service: Service) => Promise<ReadonlyMap<string, number>>;
  /** Waits until a service has so many healthy replicas, and the gateway sends requests to all of them. */
  readonly untilServing: (service: Service, count: number) => Promise<void>;
  /** Waits until every container of a service is healthy, and the gateway has a replica of each service. */
  readonly untilWell: (service: string) => Promise<void>;
  readonly close: () => void;
};

/** How long a container may take until it serves, in ms: two cores may be busy with the rest of the test. */
const SERVING_MS = 60_000;

/** Connects to the engine and to a stack's gateway. `close` ends the connections. */
export const makeOperator = async (stack: SharedStack): Promise<Operator> => {
  const { project, url, statsUrl, administrator: admin } = stack;
  const engine = await connectEngine();
  const { wire, close } = makeTrustedWire();
  const origins = { auth: url, inventory: url, images: url, orders: url };
  const replicas = (service: string) => replicasOf(engine, project, service);
  const rowsOf = async () => parseStats(await (await fetch(`${statsUrl}/stats;csv`)).text());
  const healthy = async (all: readonly Replica[]): Promise<boolean> => {
    const details = await Promise.all(all.map((replica) => inspectReplica(engine, replica)));
    return details.every((detail) => detail?.running && detail.health === 'healthy');
  };
  const eventually = async (what: string, look: () => Promise<boolean>): Promise<void> => {
    const options = { withinMs: SERVING_MS, everyMs: 100, patient: true };
    await until(what, async () => ((await look()) ? true : undefined), options);
  };
  return {
    shop: { name: 'microservices in containers', origins, admin, wire, seen: new Set() },
    engine,
    deps: { docker: engine, project, compose: makeCompose(project) },
    replicas,
    served: async (service) => {
      const [all, rows] = await Promise.all([replicas(service), rowsOf()]);
      const servers = rows.filter(({ kind, proxy }) => kind === 'server' && proxy === service);
      return new Map(
        all
          .filter(({ addresses }) => addresses.length > 0)
          .map(({ name, addresses }) => [
            name,
            servers.find(({ address = '' }) => addresses.includes(address))?.requests ?? 0,
          ]),
      );
    },
    untilServing: (service, count) =>
      eventually(`${count} replicas of ${service}`, async () => {
        const [all, rows] = await Promise.all([replicas(service), rowsOf()]);
        return all.length === count && all.every((one) => isUp(rows, one)) && (await healthy(all));
      }),
    untilWell: async (service) => {
      await eventually(`${service} healthy`, async () => healthy(await replicas(service)));
      await untilReady(url);
    },
    close,
  };
};
