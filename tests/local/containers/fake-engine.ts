import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Docker from 'dockerode';

/** A container of the fake engine; tests may change it at any time. */
export type FakeContainer = {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  state: 'created' | 'running' | 'paused' | 'exited';
  health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  exitCode: number;
  restarts: number;
  restartPolicy: 'no' | 'unless-stopped';
  /** Aliases by network. */
  networks: Map<string, readonly string[]>;
  ip: string;
  published: readonly { readonly inside: number; readonly outside: number }[];
  /** CPU used so far, and what is used all the time, in cores. */
  cpuNs: number;
  cores: number;
  measuredAt: number;
  log: readonly string[];
};

/** Docker's HTTP API as far as the stack tool uses it, on containers that are only a list. */
export type FakeEngine = {
  readonly docker: Docker;
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly containers: FakeContainer[];
  /** Every call that changes something, e.g. `POST /containers/a/stop`. */
  readonly calls: string[];
  readonly add: (
    service: string,
    number: number,
    changes?: Partial<Omit<FakeContainer, 'id'>>,
  ) => FakeContainer;
  /** Makes every call fail with a status and a message. */
  readonly fail: (status: number, message: string) => void;
  readonly close: () => Promise<void>;
};

const PROJECT = 'fake';

/** A piece of a log, as the engine frames it. */
const frame = (line: string): Buffer => {
  const text = Buffer.from(`${line}\n`);
  const head = Buffer.alloc(8);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, text]);
};

const networksOf = ({ networks, ip }: FakeContainer): Record<string, unknown> =>
  Object.fromEntries([...networks].map(([name, Aliases]) => [name, { Aliases, IPAddress: ip }]));

const listed = (one: FakeContainer): unknown => ({
  Id: one.id,
  Names: [`/${one.name}`],
  State: one.state,
  Labels: {
    'com.docker.compose.project': PROJECT,
    'com.docker.compose.service': one.service,
    'com.docker.compose.container-number': String(one.number),
  },
  Ports: one.published.map(({ inside, outside }) => ({
    IP: '127.0.0.1',
    PrivatePort: inside,
    PublicPort: outside,
    Type: 'tcp',
  })),
  NetworkSettings: { Networks: networksOf(one) },
});

const inspected = (one: FakeContainer): unknown => ({
  Id: one.id,
  Name: `/${one.name}`,
  RestartCount: one.restarts,
  State: {
    Running: one.state === 'running' || one.state === 'paused',
    Restarting: false,
    ExitCode: one.exitCode,
    StartedAt: '2026-01-01T00:00:00Z',
    ...(one.health === 'none' ? {} : { Health: { Status: one.health, Log: [] } }),
  },
  HostConfig: { RestartPolicy: { Name: one.restartPolicy } },
  NetworkSettings: { Networks: networksOf(one) },
});

const measured = (one: FakeContainer): unknown => {
  const now = Date.now();
  one.cpuNs += one.cores * (now - one.measuredAt) * 1e6;
  one.measuredAt = now;
  return {
    read: new Date(now).toISOString(),
    preread: new Date(now - 1000).toISOString(),
    cpu_stats: { cpu_usage: { total_usage: one.cpuNs } },
    precpu_stats: { cpu_usage: { total_usage: one.cpuNs - one.cores * 1e9 } },
    memory_stats: {
      usage: 30 * 1024 * 1024,
      limit: 256 * 1024 * 1024,
      stats: { inactive_file: 1024 * 1024 },
    },
  };
};

const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const text = (await request.toArray()).join('');
  return text === '' ? {} : JSON.parse(text);
};

/** Starts one on a free port of 127.0.0.1. */
export const startFakeEngine = async (): Promise<FakeEngine> => {
  const containers: FakeContainer[] = [];
  const calls: string[] = [];
  let failure: { readonly status: number; readonly message: string } | undefined;

  const change = (one: FakeContainer, verb: string, end: (status?: number) => void): void => {
    if (verb === 'start') one.state = 'running';
    else if (verb === 'pause') one.state = 'paused';
    else if (verb === 'unpause') one.state = 'running';
    else if (verb === 'kill') [one.state, one.exitCode] = ['exited', 137];
    else if (verb === 'stop') [one.state, one.exitCode] = ['exited', one.exitCode];
    end();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '', 'http://fake');
    const method = request.method ?? '';
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const end = (status = 204): void => void response.writeHead(status).end();
    if (method !== 'GET') calls.push(`${method} ${pathname}`);
    if (pathname === '/_ping') return void response.end('OK');
    if (failure) return json(failure.status, { message: failure.message });
    if (pathname === '/containers/json') return json(200, containers.map(listed));

    const [, network, action] = /^\/networks\/([^/]+)\/(connect|disconnect)$/.exec(pathname) ?? [];
    if (network !== undefined) {
      const body = await bodyOf(request);
      const one = containers.find(({ id }) => id === body['Container']);
      if (!one) return json(404, { message: `No such container: ${body['Container']}` });
      if (action === 'connect' && one.networks.has(network))
        return json(403, { message: `endpoint with name ${one.name} already exists in network ${network}` });
      const config = body['EndpointConfig'] as { Aliases?: string[] } | undefined;
      if (action === 'disconnect') one.networks.delete(network);
      else one.networks.set(network, config?.Aliases ?? []);
      return end(200);
    }

    const [, id, verb] = /^\/containers\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    const one = containers.find((container) => container.id === id);
    if (!one) return json(404, { message: `No such container: ${id}` });
    if (method === 'DELETE') {
      containers.splice(containers.indexOf(one), 1);
      return end();
    }
    if (verb === 'json') return json(200, inspected(one));
    if (verb === 'stats') return json(200, measured(one));
    if (verb === 'logs') return void response.end(Buffer.concat(one.log.map(frame)));
    return change(one, verb ?? '', end);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    docker: new Docker({ host: '127.0.0.1', port, protocol: 'http' }),
    host: `tcp://127.0.0.1:${port}`,
    containers,
    calls,
    add: (service, number, changes = {}) => {
      const name = `${PROJECT}-${service}-${number}`;
      const container: FakeContainer = {
        id: `id-${service}-${number}`,
        name,
        service,
        number,
        state: 'running',
        health: 'healthy',
        exitCode: 0,
        restarts: 0,
        restartPolicy: 'unless-stopped',
        networks: new Map([['fake_services', [name, service]]]),
        ip: `10.0.${service.length}.${number}`,
        published: [],
        cpuNs: 0,
        cores: 0,
        measuredAt: Date.now(),
        log: [],
        ...changes,
      };
      containers.push(container);
      return container;
    },
    fail: (status, message) => {
      failure = { status, message };
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
};

/** HAProxy's statistics of a fake engine: a slot for each address that `isUp`, ten for each service. */
export const startFakeStatistics = async (
  engine: FakeEngine,
  isUp: (container: FakeContainer) => boolean = () => true,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> => {
  const rows = (service: string): string[] => {
    const own = engine.containers.filter((one) => one.service === service && one.networks.size > 0);
    return Array.from({ length: 10 }, (_, index) => {
      const one = own[index];
      const status = one && (isUp(one) ? 'UP' : 'DOWN');
      return `${service},${service}${index + 1},0,${status ?? 'MAINT (resolution)'},2,${one ? `${one.ip}:3003` : ''}`;
    });
  };
  const server = createServer((_, response) => {
    const head = '# pxname,svname,req_tot,status,type,addr';
    const lines = ['auth', 'inventory', 'orders'].flatMap(rows);
    response.end([head, 'public,FRONTEND,7,OPEN,0,', ...lines, 'orders,BACKEND,5,UP,1,', ''].join('\n'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((done) => server.close(() => done())) };
};
