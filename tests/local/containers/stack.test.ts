import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Compose, type ComposeConfig, ComposeFailure } from '../../../local/containers/compose.ts';
import { makeStack, type Stack } from '../../../local/containers/make-stack.ts';
import { type FakeContainer, type FakeEngine, startFakeEngine, startFakeStatistics } from './fake-engine.ts';

const CONFIG: ComposeConfig = {
  services: {
    auth: { networks: { services: null }, deploy: { resources: { reservations: { cpus: 0.25 } } } },
    orders: {
      networks: { services: { aliases: ['also'] }, data: null },
      deploy: { resources: { reservations: { cpus: 0.25 } } },
    },
    gateway: {
      networks: { services: null },
      ports: [
        { target: 8080, published: '18080' },
        { target: 8404, published: '18404' },
      ],
    },
  },
  networks: { services: { name: 'fake_services' }, data: { name: 'fake_data' } },
};

/** What a new container is like; and whether Compose itself fails. */
type Coming = { made: Partial<Omit<FakeContainer, 'id'>>; failure?: string };

let engine: FakeEngine;
let statistics: Awaited<ReturnType<typeof startFakeStatistics>>;
let coming: Coming;
let isUp: (container: FakeContainer) => boolean;
let ran: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }[];
let stack: Stack;

/** Compose, as far as `up --scale` goes: adds containers with the next numbers, or removes the highest. */
const compose: Compose = {
  config: async () => CONFIG,
  run: async (args, options) => {
    ran.push({ args, env: options?.env ?? {} });
    if (coming.failure !== undefined) throw new ComposeFailure(coming.failure);
    for (const [, service = '', count] of args.map((arg) => /^(\w+)=(\d+)$/.exec(arg) ?? [])) {
      const own = () => engine.containers.filter((one) => one.service === service);
      while (service && own().length < Number(count)) {
        engine.add(service, Math.max(...own().map(({ number }) => number)) + 1, coming.made);
      }
      while (service && own().length > Number(count)) {
        engine.containers.splice(engine.containers.indexOf(own().at(-1) as FakeContainer), 1);
      }
    }
    return '';
  },
};

beforeEach(async () => {
  engine = await startFakeEngine();
  isUp = () => true;
  statistics = await startFakeStatistics(engine, (one) => isUp(one));
  coming = { made: {} };
  ran = [];
  stack = makeStack({ docker: engine.docker, project: 'fake', compose });
  engine.add('gateway', 1, {
    published: [
      { inside: 8404, outside: statistics.port },
      { inside: 8080, outside: 18080 },
    ],
  });
  engine.add('orders', 1);
  engine.add('orders', 2);
  engine.add('migrate-orders', 1, { state: 'exited', restartPolicy: 'no', health: 'none' });
});
afterEach(async () => {
  await statistics.close();
  await engine.close();
});

const names = (service: string): string[] =>
  engine.containers.filter((one) => one.service === service).map(({ name }) => name);

describe('roll', () => {
  it('When each new replica serves, then each old one is replaced, one at a time', async () => {
    const counts: number[] = [];
    const done = await stack.roll('orders', { onReplaced: () => counts.push(names('orders').length) });
    expect(done.map(({ removed, added, exitCode }) => [removed, added, exitCode])).toEqual([
      ['fake-orders-1', 'fake-orders-3', 0],
      ['fake-orders-2', 'fake-orders-4', 0],
    ]);
    expect(names('orders')).toEqual(['fake-orders-3', 'fake-orders-4']);
    expect(counts).toEqual([2, 2]);
    expect(engine.calls).toEqual([
      'POST /containers/id-orders-1/stop',
      'DELETE /containers/id-orders-1',
      'POST /containers/id-orders-2/stop',
      'DELETE /containers/id-orders-2',
    ]);
    // Three at most: one more than there were.
    expect(ran.map(({ args }) => args.find((arg) => arg.startsWith('orders=')))).toEqual([
      'orders=3',
      'orders=3',
    ]);
  });

  it('When a new replica is made, then for the ports of the gateway that runs', async () => {
    await stack.roll('orders');
    expect(ran[0]?.env).toEqual({ DUET_PORT: '18080', DUET_STATS_PORT: String(statistics.port) });
    expect(ran[0]?.args).toEqual(
      expect.arrayContaining(['--no-deps', '--no-recreate', '--no-build', 'orders']),
    );
  });

  it('When the gateway does not send the new one requests yet, then nothing is stopped until it does', async () => {
    const stoppedAtLook: number[] = [];
    isUp = ({ number }) => {
      if (number !== 3) return true;
      stoppedAtLook.push(engine.calls.length);
      return stoppedAtLook.length > 2;
    };
    await stack.roll('orders');
    expect(stoppedAtLook.slice(0, 3)).toEqual([0, 0, 0]);
    expect(names('orders')).toEqual(['fake-orders-3', 'fake-orders-4']);
  });

  it.each<[string, Partial<Omit<FakeContainer, 'id'>>, string]>([
    [
      'is unhealthy',
      { health: 'unhealthy', log: ['first', 'last words'] },
      'fake-orders-3 is unhealthy. Its last lines:\n  first\n  last words',
    ],
    ['ends', { state: 'exited', exitCode: 3 }, 'fake-orders-3 ended with exit code 3; it logged nothing.'],
    ['crashes again and again', { restarts: 2 }, 'fake-orders-3 crashed and was started again 2 times'],
    ['never gets healthy', { health: 'starting' }, 'After 0.5 s: fake-orders-3 is not healthy yet.'],
  ])('When the new one %s, then it is removed, and the old ones serve on', async (_, made, message) => {
    coming.made = made;
    const failed = stack.roll('orders', { withinMs: 500 });
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow('0 of 2 replicas of orders are new; all others serve on.');
    expect(names('orders')).toEqual(['fake-orders-1', 'fake-orders-2']);
    expect(engine.calls).toEqual(['DELETE /containers/id-orders-3']);
  });

  it('When the gateway does not send the new one requests, then it is removed, and the old ones serve on', async () => {
    isUp = ({ number }) => number < 3;
    await expect(stack.roll('orders', { withinMs: 500 })).rejects.toThrow(
      'fake-orders-3 is healthy, but the gateway does not send it requests.',
    );
    expect(names('orders')).toEqual(['fake-orders-1', 'fake-orders-2']);
  });

  it('When the signal comes, then it ends before the next replica', async () => {
    const stop = new AbortController();
    const done = await stack.roll('orders', { signal: stop.signal, onReplaced: () => stop.abort() });
    expect(done).toHaveLength(1);
    expect(names('orders')).toEqual(['fake-orders-2', 'fake-orders-3']);
  });

  it('When one of the old ones does not run, then it goes first', async () => {
    Object.assign(engine.containers.find(({ name }) => name === 'fake-orders-2') ?? {}, { state: 'exited' });
    const done = await stack.roll('orders');
    expect(done.map(({ removed }) => removed)).toEqual(['fake-orders-2', 'fake-orders-1']);
  });

  it('When the gateway has no room for one more, then nothing is done', async () => {
    for (let number = 3; number <= 10; number += 1) engine.add('orders', number);
    await expect(stack.roll('orders')).rejects.toThrow(
      'The gateway has room for 10 replicas of orders, not 11.',
    );
    expect([ran, engine.calls]).toEqual([[], []]);
  });
});

describe('scale', () => {
  it('When there are to be more, then it waits until the new ones serve', async () => {
    engine.add('auth', 1);
    expect(await stack.scale({ orders: 4, auth: 2 })).toEqual([
      { service: 'orders', from: 2, to: 4 },
      { service: 'auth', from: 1, to: 2 },
    ]);
    expect(names('orders')).toHaveLength(4);
    expect(ran).toHaveLength(1);
  });

  it('When a new one is unhealthy, then its last lines are told, and it stays', async () => {
    coming.made = { health: 'unhealthy', log: ['no database'] };
    await expect(stack.scale({ orders: 3 })).rejects.toThrow(
      'fake-orders-3 is unhealthy. Its last lines:\n  no database',
    );
    expect(names('orders')).toHaveLength(3);
  });

  it.each([
    ['gateway', 'gateway cannot have several replicas: it holds the published ports.'],
    ['migrate-orders', 'migrate-orders cannot have several replicas.'],
    ['nope', 'There is no service "nope" in the stack fake: it has gateway, migrate-orders, orders.'],
  ])('When it is %s, then it is refused with the reason', async (service, message) => {
    await expect(stack.scale({ [service]: 2 })).rejects.toThrow(message);
    await expect(stack.roll(service)).rejects.toThrow(message);
    expect(ran).toEqual([]);
  });

  it.each([
    [
      'Bind for 127.0.0.1:18404 failed: port is already allocated',
      'Port 18404 is taken: stop what uses it, or set DUET_STATS_PORT to another.',
    ],
    [
      'Bind for 127.0.0.1:18080 failed: port is already allocated',
      'Port 18080 is taken: stop what uses it, or set DUET_PORT to another.',
    ],
    ['write /x: no space left on device', 'The disk is full'],
    ['container fake-orders-2 is unhealthy', 'fake-orders-2 is healthy; it logged nothing.'],
    [
      'service "migrate-orders" didn\'t complete successfully: exit 1',
      'fake-migrate-orders-1 ended with exit code 0',
    ],
    ['something\nelse', 'docker compose: else'],
  ])('When Compose says %j, then it is told as %j', async (failure, message) => {
    coming.failure = failure;
    await expect(stack.scale({ orders: 3 })).rejects.toThrow(message);
  });
});

describe('kill, pause and unpause', () => {
  it('When a service is killed, then all its containers are, and they are started again', async () => {
    expect(await stack.kill('orders', { forMs: 0 })).toEqual(['fake-orders-1', 'fake-orders-2']);
    expect(engine.calls.map((call) => call.split('/').at(-1))).toEqual(['kill', 'kill', 'start', 'start']);
  });

  it('When one is named and left, then only that one is killed, and stays so', async () => {
    expect(await stack.kill('orders-2')).toEqual(['fake-orders-2']);
    expect(engine.containers.filter(({ state }) => state === 'exited').map(({ name }) => name)).toEqual([
      'fake-orders-2',
      'fake-migrate-orders-1',
    ]);
  });

  it('When the signal comes, then what was killed is started at once', async () => {
    const stop = new AbortController();
    const killed = stack.kill('orders-1', { forMs: 600_000, signal: stop.signal });
    stop.abort();
    await killed;
    expect(engine.containers.find(({ name }) => name === 'fake-orders-1')?.state).toBe('running');
  });

  it('When it is paused for a time, then it goes on', async () => {
    await stack.pause('orders-1', { forMs: 1 });
    expect(engine.calls.map((call) => call.split('/').at(-1))).toEqual(['pause', 'unpause']);
  });

  it.each([
    ['orders-7', 'There is no orders-7: the containers of orders have the numbers 1, 2.'],
    ['nope-1', 'There is no service "nope"'],
    ['migrate-orders', 'No container of migrate-orders is running.'],
  ])('When it is %s, then there is none', async (target, message) => {
    await expect(stack.kill(target)).rejects.toThrow(message);
    await expect(stack.pause(target)).rejects.toThrow(message);
    expect(engine.calls).toEqual([]);
  });
});

describe('cut and heal', () => {
  const networksOf = (name: string) =>
    Object.fromEntries(engine.containers.find((one) => one.name === name)?.networks ?? []);
  const whole = (name: string) => ({
    fake_services: [name, 'orders', 'also'],
    fake_data: [name, 'orders'],
  });

  it('When a service was cut by a process that is gone, then another gives all its containers their networks and names back', async () => {
    await stack.cut('orders');
    expect([networksOf('fake-orders-1'), networksOf('fake-orders-2')]).toEqual([{}, {}]);
    const another = makeStack({ docker: engine.docker, project: 'fake', compose });
    const healed = await another.heal('orders');
    expect(healed.map(({ container }) => container)).toEqual(['fake-orders-1', 'fake-orders-2']);
    expect(networksOf('fake-orders-1')).toEqual(whole('fake-orders-1'));
    expect(networksOf('fake-orders-2')).toEqual(whole('fake-orders-2'));
  });

  it('When it is healed again, then nothing is done', async () => {
    await stack.cut('orders');
    await stack.heal('orders');
    const before = engine.calls.length;
    expect(await stack.heal('orders')).toEqual([]);
    expect(engine.calls).toHaveLength(before);
  });

  it('When the cut or the heal was half done, then heal does the rest', async () => {
    const [first, second] = engine.containers.filter(({ service }) => service === 'orders');
    first?.networks.clear();
    // Connected, but nobody finds it: the names are missing.
    second?.networks.set('fake_services', ['something']).set('fake_data', ['fake-orders-2', 'orders', 'abc']);
    await stack.heal('orders');
    expect(networksOf('fake-orders-1')).toEqual(whole('fake-orders-1'));
    expect(networksOf('fake-orders-2')).toEqual({
      ...whole('fake-orders-2'),
      fake_data: ['fake-orders-2', 'orders', 'abc'],
    });
  });

  it('When it is cut for a time, then it is whole again', async () => {
    await stack.cut('orders', { forMs: 1 });
    expect(networksOf('fake-orders-1')).toEqual(whole('fake-orders-1'));
  });

  it('When a container is on a network that the Compose file does not give it, then it is not cut', async () => {
    engine.containers.find(({ name }) => name === 'fake-orders-2')?.networks.set('other', []);
    await expect(stack.cut('orders')).rejects.toThrow('fake-orders-2 is on the network other');
    expect(engine.calls).toEqual([]);
  });
});
