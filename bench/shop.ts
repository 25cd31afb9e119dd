import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startPostgres } from '../local/postgres.ts';
import { freePorts } from '../local/start-ports.ts';
import { type Client, makeClient } from '../shared/contract/client.ts';
import { makeTransport, type Transport } from '../shared/contract/transport.ts';
import { environment } from '../shared/kernel/config.ts';
import { type Measured, startMeasured } from './measured-process.ts';

/** The microservices on PostgreSQL, each process measured, and the baselines beside them on the same databases. */
export type Shop = {
  readonly services: Readonly<Record<'inventory' | 'orders', Measured>>;
  readonly baselines: Readonly<Record<'getProduct' | 'placeOrder' | 'resize', Measured>>;
  readonly client: Client;
  readonly transport: Transport;
  /** An access token of an administrator. */
  readonly admin: string;
  /** An access token of a new customer. */
  readonly customer: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

const NAMES = ['auth', 'inventory', 'orders'] as const;
const COMMAND = fileURLToPath(new URL('../microservices/auth/create-administrator.ts', import.meta.url));

/** Starts it all on temporary data and free ports. PostgreSQL runs with fsync on. */
export const startShop = async (): Promise<Shop> => {
  const data = mkdtempSync(join(tmpdir(), 'duet-bench-'));
  const cleanups: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const postgres = await startPostgres({
      dataDir: join(data, 'postgres'),
      port: 0,
      databases: [...NAMES],
      log: () => {},
    });
    cleanups.push(postgres.stop);
    const ports = await freePorts(6);
    const [auth = 0, inventory = 0, orders = 0, ...free] = ports;
    const urls = { auth, inventory, orders };
    const url = (name: keyof typeof urls): string => `http://127.0.0.1:${urls[name]}`;
    const peers = { AUTH_URL: url('auth'), INVENTORY_URL: url('inventory'), ORDERS_URL: url('orders') };
    const envOf = (name: keyof typeof urls) => ({
      ...peers,
      STORE: 'postgres',
      DATABASE_URL: postgres.urlOf(name),
      PUBLIC_URL: url(name),
      PHOTOS_DIR: join(data, 'photos'),
    });
    const started = async (
      script: string,
      port: number,
      env: Readonly<Record<string, string>>,
      path?: string,
    ) => {
      const measured = await startMeasured(script, port, env, path);
      cleanups.push(measured.stop);
      return measured;
    };
    await started('microservices/auth/main.ts', auth, envOf('auth'));
    const services = {
      inventory: await started('microservices/inventory/main.ts', inventory, envOf('inventory')),
      orders: await started('bench/orders-without-loops.ts', orders, envOf('orders')),
    };
    const jwks = { JWKS_URL: `${url('auth')}/.well-known/jwks.json` };
    const [a = 0, b = 0, c = 0] = free;
    const baselines = {
      getProduct: await started('bench/baseline-get-product.ts', a, envOf('inventory')),
      placeOrder: await started('bench/baseline-place-order.ts', b, { ...envOf('orders'), ...jwks }),
      resize: await started('bench/baseline-resize.ts', c, {}),
    };
    const transport = makeTransport();
    cleanups.push(transport.close);
    const bases = {
      auth: url('auth'),
      inventory: url('inventory'),
      images: url('inventory'),
      orders: url('orders'),
    };
    const client = makeClient({ baseUrlOf: ({ context }) => bases[context], transport });
    const logIn = async (account: { email: string; password: string }): Promise<string> => {
      const reply = await client.logIn({ body: account });
      if (!reply.ok) throw new Error(`log-in: ${reply.body.title}`);
      return reply.body.accessToken;
    };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [COMMAND, '--email', 'bench@duet.example'],
      {
        env: { PATH: environment()['PATH'], ...envOf('auth') },
      },
    );
    const { email, password } = JSON.parse(stdout);
    let customers = 0;
    const customer = async (): Promise<string> => {
      customers += 1;
      const account = { email: `customer-${customers}@example.com`, password: 'a long enough password' };
      await client.registerAccount({ body: account });
      return logIn(account);
    };
    return {
      services,
      baselines,
      client,
      transport,
      admin: await logIn({ email, password }),
      customer,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
