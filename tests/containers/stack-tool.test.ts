import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { environment } from '../../shared/kernel/config.ts';
import { until } from '../support/until.ts';
import { ROOT } from './support/docker.ts';
import { describeStack } from './support/shared-stack.ts';

/** The program, as `npm run stack` runs it: nothing is known to it but the project's name. */
const start = (project: string, args: readonly string[]): ChildProcess => {
  const others = Object.entries(environment()).filter(([name]) => !/^(COMPOSE|DUET)_/.test(name));
  return spawn(process.execPath, ['local/containers/stack.ts', ...args], {
    cwd: ROOT,
    env: { ...Object.fromEntries(others), COMPOSE_PROJECT_NAME: project },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

describeStack('npm run stack', (stack) => {
  const run = async (...args: string[]): Promise<string> => {
    const child = start(stack.project, args);
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const [code] = await once(child, 'close');
    expect([code, said.join('')]).toEqual([0, expect.any(String)]);
    return said.join('');
  };

  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`${stack.url}${path}`, { signal: AbortSignal.timeout(12_000) })).status;
  const untilStatus = (path: string, wanted: number) =>
    until(`${wanted} at ${path}`, async () => ((await statusOf(path)) === wanted ? true : undefined), {
      withinMs: 60_000,
      everyMs: 100,
      patient: true,
    });
  /** What `docker inspect` says of every container of a service. */
  const inspect = async (service: string) => {
    const { stdout } = await stack.compose(['ps', '--all', '--quiet', service]);
    const { stdout: json } = await stack.docker(['inspect', ...stdout.trim().split('\n')]);
    return JSON.parse(json) as {
      readonly Name: string;
      readonly Config: { readonly Env: readonly string[] };
      readonly NetworkSettings: {
        readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] }>>;
      };
    }[];
  };

  afterAll(async () => {
    for (const service of ['orders', 'gateway']) await run('heal', service);
    await run('scale', ...Object.entries(stack.scale).map(([service, count]) => `${service}=${count}`));
  });

  it('When it runs, then status shows every service with what it uses', async () => {
    const { services } = JSON.parse(await run('status', '--once', '--json'));
    expect(services.map(({ service }: { service: string }) => service)).toEqual([
      'gateway',
      'auth',
      'inventory',
      'orders',
      'postgres',
    ]);
    for (const one of services) {
      expect(one).toMatchObject({ healthy: one.replicas, running: one.replicas, notes: [] });
      expect(one.cpuCores).toBeGreaterThan(0);
      expect(one.memoryBytes).toBeGreaterThan(1024 * 1024);
      expect(one.memoryBytes).toBeLessThan(one.memoryLimitBytes);
    }
  });

  it('When a service is scaled by a process that was not told the port, then the new replica is like the first', async () => {
    const more = stack.scale.inventory + 1;
    await run('scale', `inventory=${more}`);
    const containers = await inspect('inventory');
    expect(containers).toHaveLength(more);
    const settings = new Set(containers.map(({ Config }) => [...Config.Env].sort().join('\n')));
    expect(settings.size).toBe(1);
    expect([...settings][0]).toContain(`PUBLIC_URL=${stack.url}`);
    await run('scale', `inventory=${stack.scale.inventory}`);
    expect(await inspect('inventory')).toHaveLength(stack.scale.inventory);
  });

  it('When a service is rolled, then all its containers are new, and every old one ended in order', async () => {
    const before = (await inspect('auth')).map(({ Name }) => Name);
    const told = await run('roll', 'auth');
    const after = (await inspect('auth')).map(({ Name }) => Name);
    expect(after).toHaveLength(before.length);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(told.match(/exit code 0$/gm)).toHaveLength(before.length);
    expect(await statusOf('/readyz')).toBe(200);
  });

  it('When what cut a service was killed, then another process gives it its networks and names back', async () => {
    const membership = async () =>
      (await inspect('orders')).map(({ NetworkSettings: { Networks } }) =>
        Object.fromEntries(
          Object.entries(Networks).map(([name, { Aliases }]) => [name, [...Aliases].sort()]),
        ),
      );
    const before = await membership();
    const cutter = start(stack.project, ['cut', 'orders', '--for', '10m']);
    await until(
      'the cut',
      async () => ((await membership()).every((one) => Object.keys(one).length === 0) ? true : undefined),
      {
        withinMs: 30_000,
        everyMs: 50,
      },
    );
    cutter.kill('SIGKILL');
    await once(cutter, 'close');
    await untilStatus('/orders', 503);
    await run('heal', 'orders');
    expect(await membership()).toEqual(before);
    await untilStatus('/orders', 401);
    expect(await run('heal', 'orders')).toBe('orders lacks no network.\n');
  });

  it('When the gateway was cut off, then its published ports answer again once it is healed', async () => {
    await run('cut', 'gateway');
    await expect(fetch(`${stack.url}/livez`, { signal: AbortSignal.timeout(2_000) })).rejects.toThrow();
    await run('heal', 'gateway');
    await untilStatus('/readyz', 200);
    const { status } = await fetch(`${stack.statsUrl}/stats;csv`);
    expect(status).toBe(200);
  });

  it('When PostgreSQL is killed, then it is started again and everything goes on', async () => {
    expect(await run('kill', 'postgres', '--for', '500ms')).toContain('got SIGKILL and was started again');
    await untilStatus('/products', 200);
  });

  it('When a service is paused, then nothing answers until it goes on', async () => {
    await run('pause', 'auth');
    await untilStatus('/.well-known/jwks.json', 503);
    const { services } = JSON.parse(await run('status', '--once', '--json'));
    const auth = services.find(({ service }: { service: string }) => service === 'auth');
    expect(auth.notes.join()).toMatch(/-auth-\d+ paused/);
    await run('unpause', 'auth');
    await untilStatus('/.well-known/jwks.json', 200);
  });

  it('When services log, then their lines are there, each with its container', async () => {
    await statusOf('/products');
    const lines = (await run('logs', 'inventory', '--tail', '5')).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^inventory-\d+ +\| \{"level":/);
  });

  it('When it is recorded, then there is a line for each container each time', async () => {
    const lines = (await run('record', '--every', '500ms', '--for', '1s')).trimEnd().split('\n');
    const read = lines.map((line) => JSON.parse(line));
    expect(new Set(read.map(({ time }) => time)).size).toBeGreaterThanOrEqual(2);
    expect(new Set(read.map(({ service }) => service))).toEqual(
      new Set(['gateway', 'auth', 'inventory', 'orders', 'postgres']),
    );
    for (const { cpuCores, memoryBytes } of read) expect([cpuCores, memoryBytes]).not.toContain(null);
  });

  it('When autoscale decides, then by the reservation of the Compose file and what the containers use', async () => {
    const told = await run(
      'autoscale',
      'orders',
      '--json',
      '--sync',
      '1s',
      '--for',
      '2s',
      '--target',
      '1000',
    );
    const decisions = told
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(decisions.length).toBeGreaterThanOrEqual(2);
    for (const { rule, pods, current, desired } of decisions) {
      expect(rule).toMatchObject({ requestMilli: 250, target: 1000, downWindowMs: 300_000 });
      expect(pods).toHaveLength(stack.scale.orders);
      expect([current, desired]).toEqual([stack.scale.orders, stack.scale.orders]);
    }
  });
});
