import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { inspectReplica, type Replica } from '../../local/containers/containers.ts';
import { cut, heal } from '../../local/containers/network-cut.ts';
import { crash } from '../faults/crashes.ts';
import { SEED } from '../faults/sizes.ts';
import { until } from '../support/until.ts';
import { hostPidOf } from './load/host-pid.ts';
import { startLoad } from './load/open-loop.ts';
import { makeOperator, type Operator, SERVICES } from './load/operator.ts';
import { makeShopShots } from './load/shop-shots.ts';
import { FULL, size } from './load/sizes.ts';
import { summaryOf } from './load/summary.ts';
import { describeStack } from './support/shared-stack.ts';

/** Everything that can be killed. */
const ALL = [...SERVICES, 'gateway', 'postgres'] as const;

/** Orders under way while things break, and units for sale: fewer, so that overselling would be seen. */
const ORDERS = size(500, 100);
const UNITS = Math.round(ORDERS * 0.9);

/** How long a replica stands still, in ms. */
const PAUSED_MS = 5_000;

/** How long inventory is cut off, in ms. */
const CUT_MS = size(20_000, 8_000);

describeStack('Faults of containers', (stack) => {
  let operator: Operator;
  let containers: readonly Replica[];
  const report = (what: string, seen: object): void => console.log(what, JSON.stringify(seen));
  const named = (name: string): Replica => {
    const found = containers.find((one) => one.name === name);
    if (!found) throw new Error(`there is no container ${name}`);
    return found;
  };
  const untilWell = ({ service }: Pick<Replica, 'service'>): Promise<void> => operator.untilWell(service);

  beforeAll(async () => {
    operator = await makeOperator(stack);
    containers = (await Promise.all(ALL.map(operator.replicas))).flat();
  });
  afterEach(async () => {
    for (const service of SERVICES) await operator.untilServing(service, stack.scale[service]);
  });
  afterAll(() => operator.close());

  it('When containers are killed one after another during orders, then none is lost, none placed twice, none oversold', async () => {
    const parts = containers.map(({ name }) => name);
    const seen = await crash(
      {
        shop: operator.shop,
        kill: (name) => operator.engine.getContainer(named(name).id).kill({ signal: 'SIGKILL' }),
        restart: async (name) => {
          await operator.engine.getContainer(named(name).id).start();
          await untilWell(named(name));
        },
      },
      { orders: ORDERS, units: UNITS, kills: size(2 * parts.length, parts.length), parts, seed: SEED },
    );
    report('killed', seen);
    expect(Object.keys(seen.killed).sort()).toEqual([...parts].sort());
  });

  it('When processes die, then their containers come back by themselves, and no order is lost', async (context) => {
    const died = FULL ? ALL : (['orders', 'postgres'] as const);
    const victims = died.flatMap((service) => containers.find((one) => one.service === service) ?? []);
    const pids = await Promise.all(victims.map((one) => hostPidOf(operator.engine, one.id)));
    if (pids.includes(undefined))
      return context.skip('only root on the machine of the engine can kill a process in a container');
    const restarts = new Map<string, number>();
    const seen = await crash(
      {
        shop: operator.shop,
        kill: async (name) => {
          const { id } = named(name);
          restarts.set(name, (await inspectReplica(operator.engine, { id }))?.restarts ?? 0);
          const pid = await hostPidOf(operator.engine, id);
          if (pid === undefined) throw new Error(`${name} has no process`);
          process.kill(pid, 'SIGKILL');
        },
        restart: async (name) => {
          const before = restarts.get(name) ?? 0;
          await until(
            `${name} restarted`,
            async () => {
              const detail = await inspectReplica(operator.engine, named(name));
              return detail?.running && detail.restarts > before ? detail : undefined;
            },
            { withinMs: 30_000, everyMs: 100 },
          );
          await untilWell(named(name));
        },
      },
      {
        orders: ORDERS,
        units: UNITS,
        kills: victims.length,
        parts: victims.map(({ name }) => name),
        seed: SEED + 1,
      },
    );
    report('died', seen);
    expect(Object.keys(seen.killed).length).toBe(victims.length);
  });

  it('When inventory is cut off from every network during orders, then they settle once it is back', async () => {
    const seen = await crash(
      {
        shop: operator.shop,
        kill: (service) => cut(operator.deps, service),
        restart: async (service) => {
          await pause(CUT_MS);
          await heal(operator.deps, service);
          await untilWell({ service });
        },
      },
      { orders: ORDERS, units: UNITS, kills: 1, parts: ['inventory'], seed: SEED + 2 },
    );
    report(`cut for ${CUT_MS} ms`, seen);
  });

  const strikes: Readonly<Record<string, (one: Replica) => Promise<void>>> = {
    paused: async ({ id }) => {
      await operator.engine.getContainer(id).pause();
      await pause(PAUSED_MS);
      await operator.engine.getContainer(id).unpause();
    },
    killed: async ({ id }) => {
      await operator.engine.getContainer(id).kill({ signal: 'SIGKILL' });
      await operator.engine.getContainer(id).start();
    },
  };
  for (const [how, strike] of Object.entries(strikes)) {
    it(`When a replica is ${how}, then no read fails`, async () => {
      const { shot } = await makeShopShots(operator.shop, { readsOnly: true });
      for (const service of ['inventory', 'orders'] as const) {
        const victim = containers.find((one) => one.service === service) as Replica;
        const load = startLoad({
          origin: stack.url,
          perSecond: 50,
          longestMs: 90_000,
          keepAlive: true,
          shot,
        });
        await until('reads', async () => (load.answered() >= 50 ? true : undefined));
        await strike(victim);
        await operator.untilServing(service, stack.scale[service]);
        const result = await load.stop();
        report(`${service} ${how}`, summaryOf([result]));
        expect(result.failures).toEqual([]);
      }
    });
  }
});
