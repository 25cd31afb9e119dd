import type { StackInHand } from '../../support/stack-client.ts';
import { until } from '../../support/until.ts';
import type { Wire } from '../../support/wire.ts';
import { openDatabaseTunnel } from './database-tunnel.ts';
import { databaseUrls } from './database-urls.ts';
import type { SharedStack } from './shared-stack.ts';

/** Waits until the gateway has a healthy replica of each service. */
export const untilReady = (url: string): Promise<true> =>
  until('the gateway ready', async () => ((await fetch(`${url}/readyz`)).status === 200 ? true : undefined), {
    withinMs: 60_000,
    everyMs: 200,
    patient: true,
  });

/**
 * The stack behind its gateway, in the hands of the contract's own rules: one origin for all contexts, and the databases
 * through a tunnel. `close` ends the tunnel.
 */
export const openGatewayStack = async (
  stack: SharedStack,
  wire: Wire,
): Promise<{ readonly inHand: StackInHand; readonly close: () => void }> => {
  const { url, administrator: admin, compose } = stack;
  const tunnel = await openDatabaseTunnel(stack);
  const urls = await databaseUrls(stack, tunnel.port);
  const origins = { auth: url, inventory: url, images: url, orders: url };
  const inHand: StackInHand = {
    running: {
      name: 'microservices-postgres',
      origins,
      admin,
      parts: ['auth', 'inventory', 'orders', 'postgres'],
      env: {
        AUTH_DATABASE_URL: urls.auth.href,
        INVENTORY_DATABASE_URL: urls.inventory.href,
        ORDERS_DATABASE_URL: urls.orders.href,
      },
    },
    shop: { name: 'microservices in containers', origins, admin, wire, seen: new Set() },
    kill: async (part) => {
      await compose(['kill', part]);
    },
    restart: async (part) => {
      await compose(['start', part]);
      await untilReady(url);
    },
  };
  return { inHand, close: tunnel.close };
};
