import { createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../local/command-line.ts';
import { PORTS, readOptions } from '../../local/start-options.ts';
import { claimPorts, freePorts } from '../../local/start-ports.ts';

describe('the options of npm start', () => {
  it('When nothing is given, then both stacks start, each on its usual store and ports', () => {
    expect(readOptions([])).toEqual({
      stacks: ['microservices', 'serverless'],
      stores: { microservices: 'postgres', serverless: 'dynamodb' },
      data: '.duet',
      ports: PORTS,
      freePorts: false,
      seed: true,
      runtime: 'lambda',
      watch: false,
    });
  });

  it('When a stack is named, then only it starts', () => {
    expect(readOptions(['serverless'])?.stacks).toEqual(['serverless']);
  });

  it('When stores are given, then the stack-specific option wins over the common one', () => {
    const options = readOptions(['--store', 'dynamodb', '--serverless-store', 'postgres']);
    expect(options?.stores).toEqual({ microservices: 'dynamodb', serverless: 'postgres' });
  });

  it.each([
    [['--store', 'mysql'], 'postgres or dynamodb'],
    [['--auth-port', '70000'], '--auth-port is a port'],
    [['lambda'], 'There is no stack "lambda"'],
    [['--environments', '0'], '--environments is a whole number above 0'],
    [['--runtime', 'docker'], '--runtime is lambda or offline'],
    [['--runtime', 'offline', '--watch'], '--watch needs the lambda runtime'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['microservices', 'serverless'], 'Name one stack'],
  ])('When %j is given, then it is refused and the message says why', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });

  it('When help is asked for, then nothing is to be started', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });
});

describe('claiming ports', () => {
  it('When a port is taken, then it is named together with the option that changes it', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    await expect(claimPorts(['auth'], { ...PORTS, auth: port }, false)).rejects.toThrow(
      `Port ${port} (auth) is taken: stop what uses it, or add --auth-port N`,
    );
    await new Promise((resolve) => holder.close(resolve));
  });

  it('When free ports are asked for, then each is another one, and one that was given is kept', async () => {
    const names = ['auth', 'orders', 'http'] as const;
    const [given] = [await claimPorts(['auth'], PORTS, true)];
    const ports = await claimPorts(names, { ...PORTS, auth: given?.auth ?? 0 }, true);
    expect(ports.auth).toBe(given?.auth);
    expect(new Set(names.map((name) => ports[name])).size).toBe(3);
    expect(ports.orders).not.toBe(PORTS.orders);
  });

  it('When free ports are asked for, then no outgoing connection can take one before it is listened on', async () => {
    const claimed = await claimPorts(['auth', 'orders'], PORTS, true);
    const all = [...(await freePorts(50)), claimed.auth, claimed.orders];
    expect(new Set(all).size).toBe(52);
    // Linux gives connections ports from 32768 on (ip_local_port_range), macOS from 49152 on; below 1024 one has to be root
    for (const port of all) expect(port > 1_023 && port < 32_768).toBe(true);
  });

  it('When many ports are taken, then only free ones are given', async () => {
    const held: Server[] = [];
    const hold = async (port: number): Promise<void> => {
      const server = createServer();
      held.push(server);
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen(port, '127.0.0.1', resolve),
      );
    };
    try {
      for (const port of await freePorts(500)) await hold(port);
      for (const port of await freePorts(500)) await hold(port);
      expect(held.every(({ listening }) => listening)).toBe(true);
    } finally {
      await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  });
});
