import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../local/command-line.ts';
import { COMMANDS } from '../../../local/containers/run-stack.ts';
import { run } from '../start-child.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type FakeEngine, startFakeEngine, startFakeStatistics } from './fake-engine.ts';

/** A line of its own, and nothing else: no stack trace. */
const ONE_LINE = /^[^\n]+\n$/;

const NAMES = [
  'up',
  'down',
  'scale',
  'roll',
  'status',
  'logs',
  'autoscale',
  'record',
  'kill',
  'pause',
  'unpause',
  'cut',
  'heal',
];

let engine: FakeEngine;
/** A folder that is all of PATH: what lies there is all that is installed. */
let path: string;
beforeAll(() => {
  path = temporaryFolder();
  symlinkSync(process.execPath, join(path, 'node'));
});
afterAll(() => rmSync(path, { recursive: true }));
beforeEach(async () => {
  engine = await startFakeEngine();
});
afterEach(async () => {
  rmSync(join(path, 'docker'), { force: true });
  await engine.close();
});

/**
 * Installs a `docker` that prints to its standard error and ends; it knows `compose version` when it has the plugin.
 */
const install = (says: string, plugin: boolean): void => {
  const version = plugin ? 'if [ "$*" = "compose version" ]; then exit 0; fi' : '';
  writeFileSync(join(path, 'docker'), `#!/bin/sh\n${version}\necho '${says}' >&2\nexit 1\n`);
  chmodSync(join(path, 'docker'), 0o755);
};

const stack = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(process.execPath, ['local/containers/stack.ts', ...args], {
    PATH: path,
    DOCKER_HOST: engine.host,
    COMPOSE_PROJECT_NAME: 'fake',
    ...env,
  });

describe('The command line of npm run stack', () => {
  it('When help is asked for, then every command is there', async () => {
    for (const args of [[], ['--help']]) {
      const { code, out } = await stack(args);
      expect(out.startsWith('npm run stack -- ')).toBe(true);
      expect(NAMES.filter((name) => !out.includes(`\n  ${name} `))).toEqual([]);
      expect(code).toBe(0);
    }
  });

  it.each(['scale', 'record'])(
    'When help for %s is asked for, then its usage is shown and nothing is done',
    async (name) => {
      const { code, out } = await stack([name, '--help']);
      expect(out.startsWith(`npm run stack -- ${name}`)).toBe(true);
      expect(out).toContain('--project NAME');
      expect([code, engine.calls]).toEqual([0, []]);
    },
  );

  it.each([
    [['nonsense'], 'There is no command "nonsense": there are up, down,'],
    [['--nonsense'], "Unknown option '--nonsense'."],
    [['--project', 'x', 'status'], 'The command comes first.'],
    [['status', '--nonsense'], "Unknown option '--nonsense'."],
  ])('When %j is given, then one line says what is wrong', async (args, message) => {
    const { code, out } = await stack(args);
    expect(out).toMatch(ONE_LINE);
    expect(out).toContain(message);
    expect(code).toBe(2);
  });
});

describe('The commands of npm run stack', () => {
  it('When they are listed, then these are all', () => {
    expect(Object.keys(COMMANDS).sort()).toEqual([...NAMES].sort());
  });

  it.each([
    [['status', '--every', 'soon'], '--every is a time like 500ms, 2s or 5m, not "soon".'],
    [['status', '--project', 'A B'], 'A project\'s name is made of a-z, 0-9, _ and -, which "A B" is not.'],
    [['scale'], 'It is written scale SERVICE=N....'],
    [['scale', 'orders'], '"orders" is not SERVICE=N'],
    [['scale', 'orders=0'], '"orders=0" is not SERVICE=N'],
    [['roll'], 'It is written roll SERVICE'],
    [['roll', 'orders', 'auth'], '"auth" is one argument too many.'],
    [['kill', 'orders', '--for', '1s', '--leave'], '--for and --leave exclude each other.'],
    [['kill', 'orders', '--signal', 'nine'], '--signal is a name like SIGKILL, not "nine".'],
    [['logs', '--tail', 'many'], '--tail is a number of lines or all, not "many".'],
    [['autoscale', '--target', 'high'], '--target is a whole number from 1, not "high".'],
    [['up', '--timeout', 'long'], '--timeout is a time'],
  ])(
    'When %j is given, then it is refused before anything is done',
    async ([name = '', ...args], message) => {
      const refused = COMMANDS[name]?.run(args);
      await expect(refused).rejects.toThrow(UsageError);
      await expect(refused).rejects.toThrow(message);
    },
  );
});

describe('What npm run stack says', () => {
  it('When no engine answers, then which address was tried', async () => {
    const free = createServer();
    await new Promise<void>((done) => free.listen(0, '127.0.0.1', done));
    const { port } = free.address() as { port: number };
    await new Promise((done) => free.close(done));
    for (const host of [`tcp://127.0.0.1:${port}`, 'unix:///nowhere/docker.sock']) {
      const { code, out } = await stack(['status', '--once'], { DOCKER_HOST: host });
      expect(out).toMatch(ONE_LINE);
      expect(out).toContain(
        `No Docker Engine answers at DOCKER_HOST=${host}: start Docker, or point DOCKER_HOST at`,
      );
      expect(code).toBe(1);
    }
  });

  it('When the stack does not run, then how it is started', async () => {
    for (const args of [['logs'], ['cut', 'orders'], ['autoscale', '--request', '250m']]) {
      const { code, out } = await stack(args);
      expect(out).toBe('The stack fake does not run: npm run stack -- up starts it.\n');
      expect(code).toBe(1);
    }
  });

  it.each([
    ['there is no docker at all', undefined],
    ['docker lacks the plugin', 'unknown flag: --project-name'],
  ])('When %s, then what to install', async (_, says) => {
    if (says !== undefined) install(says, false);
    engine.add('orders', 1);
    for (const args of [['up'], ['roll', 'orders'], ['cut', 'orders']]) {
      const { code, out } = await stack(args);
      expect(out).toContain('Docker Compose is not installed: see https://docs.docker.com/compose/install');
      expect(out).not.toContain('at file:');
      expect(code).toBe(1);
    }
    expect(engine.calls).toEqual([]);
  });

  it('When the port is taken, then which, and the variable that changes it', async () => {
    install('Error response from daemon: x: Bind for 127.0.0.1:8080 failed: port is already allocated', true);
    const { code, out } = await stack(['up', '--no-build']);
    expect(out).toContain('Port 8080 is taken: stop what uses it, or set DUET_PORT');
    expect(code).toBe(1);
  });

  it('When a service is not healthy, then its last log lines', async () => {
    install('container fake-orders-1 is unhealthy', true);
    engine.add('orders', 1, { health: 'unhealthy', log: ['cannot reach the database'] });
    const { code, out } = await stack(['up']);
    expect(out).toContain('fake-orders-1 is unhealthy. Its last lines:\n  cannot reach the database\n');
    expect(code).toBe(1);
  });

  it('When the disk is full, then that', async () => {
    install('failed to solve: write /app/x: no space left on device', true);
    const built = await stack(['up']);
    expect(built.out).toContain('The disk is full: free some space');
    engine.fail(500, 'open /var/lib/docker/x: no space left on device');
    const looked = await stack(['status', '--once']);
    expect(looked.out).toBe('The disk is full: free some space, for example with docker system prune.\n');
    expect([built.code, looked.code]).toEqual([1, 1]);
  });

  it('When the engine refuses, then what it said', async () => {
    engine.fail(403, 'authorization denied by plugin x');
    const { code, out } = await stack(['status', '--once']);
    expect(out).toMatch(ONE_LINE);
    expect(out).toContain('The Docker Engine refused:');
    expect(out).toContain('authorization denied by plugin x');
    expect(code).toBe(1);
  });

  it('When the stack runs, then status shows it, for people and as JSON', async () => {
    const statistics = await startFakeStatistics(engine);
    engine.add('gateway', 1, { published: [{ inside: 8404, outside: statistics.port }] });
    engine.add('orders', 1);
    const table = await stack(['status', '--once']);
    expect(table.out).toMatch(/^SERVICE .*\ngateway +1\/1 .*\norders +1\/1 /);
    const json = await stack(['status', '--once', '--json']);
    expect(JSON.parse(json.out).services).toHaveLength(2);
    await statistics.close();
    expect([table.code, json.code]).toEqual([0, 0]);
  });

  it('When a container is killed, then it is started again, and both are told', async () => {
    engine.add('orders', 1);
    const { code, out } = await stack(['kill', 'orders-1', '--signal', 'SIGTERM', '--for', '0s']);
    expect(out).toBe('fake-orders-1  got SIGTERM and was started again\n');
    expect(engine.calls).toEqual(['POST /containers/id-orders-1/kill', 'POST /containers/id-orders-1/start']);
    expect(code).toBe(0);
  });
});
