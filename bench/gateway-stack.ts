import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectEngine } from '../local/containers/engine.ts';
import { freePorts } from '../local/start-ports.ts';
import { makeClient } from '../shared/contract/client.ts';
import { makeTransport } from '../shared/contract/transport.ts';
import { environment } from '../shared/kernel/config.ts';
import { cpuOf } from './gateway-cpu.ts';
import type { Way } from './gateway-rounds.ts';

/** A compose stack of one replica a service, with a product to read, and both ways to it. */
export type GatewayStack = {
  readonly productId: string;
  readonly through: Way;
  readonly around: Way;
  readonly stop: () => Promise<void>;
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILES = ['--file', 'docker-compose.yml', '--file', 'docker-compose.bench.yml'];

/** Longest time in ms that building and starting may take. */
const UP_MS = 600_000;

const run = promisify(execFile);

/**
 * Starts the stack with docker-compose.bench.yml on free ports, under a name of its own. Nothing is left after `stop`, nor
 * when it fails.
 */
export const startGatewayStack = async (): Promise<GatewayStack> => {
  const project = `duet-bench-${process.pid}`;
  const [port = 0, statsPort = 0, aroundPort = 0] = await freePorts(3);
  const env = {
    ...environment(),
    DUET_PORT: String(port),
    DUET_STATS_PORT: String(statsPort),
    DUET_BENCH_PORT: String(aroundPort),
  };
  const compose = async (...args: readonly string[]): Promise<string> => {
    const all = ['compose', '--project-name', project, ...FILES, ...args];
    const options = { cwd: ROOT, env, timeout: UP_MS, maxBuffer: 64 * 1024 * 1024 };
    return (await run('docker', all, options)).stdout;
  };
  const stop = async (): Promise<void> => {
    await compose('down', '--volumes', '--remove-orphans', '--rmi', 'local');
  };
  try {
    await compose('up', '--build', '--wait');
    const url = `http://127.0.0.1:${port}`;
    const command = ['node', 'microservices/auth/create-administrator.ts', '--email', 'bench@example.com'];
    const { email, password } = JSON.parse(await compose('exec', '-T', 'auth', ...command));
    const docker = await connectEngine();
    const inventory = await cpuOf(docker, project, 'inventory');
    const gateway = await cpuOf(docker, project, 'gateway');
    return {
      productId: await makeProduct(url, { email, password }),
      through: { url, cpu: { inventory, gateway } },
      around: { url: `http://127.0.0.1:${aroundPort}`, cpu: { inventory } },
      stop,
    };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
};

const makeProduct = async (url: string, account: { email: string; password: string }): Promise<string> => {
  const transport = makeTransport();
  try {
    const client = makeClient({ baseUrlOf: () => url, transport });
    const logIn = await client.logIn({ body: account });
    if (!logIn.ok) throw new Error(`log-in: ${logIn.body.title}`);
    const { accessToken: token } = logIn.body;
    const body = { name: 'Bench lamp', description: 'For measuring.', priceCents: 1_000, onHand: 10 };
    const product = await client.createProduct({ token, idempotencyKey: 'bench-lamp', body });
    if (!product.ok) throw new Error(`create-product: ${product.body.title}`);
    return product.body.id;
  } finally {
    await transport.close();
  }
};
