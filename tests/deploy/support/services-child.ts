import { readFileSync, writeSync } from 'node:fs';
import { environmentCredentials } from '@duet/shared/adapters/aws/access.ts';
import { composeAuth } from '../../../microservices/auth/compose.ts';
import { makeApp } from '../../../microservices/edge/app.ts';
import { runMigration } from '../../../microservices/edge/migrate.ts';
import { runService, type Service, type Tools } from '../../../microservices/edge/service.ts';
import { composeInventory } from '../../../microservices/inventory/compose.ts';
import { composeOrders } from '../../../microservices/orders/compose.ts';
import type { Composed, Composition } from './compose-services.ts';

/**
 * Composes services as their own processes would, each under an environment of its own, up to the point where they would
 * listen or migrate, and tells what they read of it. Compositions come as JSON on standard input, replies leave on standard output.
 */

const composes = { auth: composeAuth, inventory: composeInventory, orders: composeOrders };

/** Thrown where a service has read everything. */
const ENOUGH = new Error('enough');

const composeOne = async ({ service, job, env }: Composition): Promise<Composed> => {
  const reads = new Set<string>();
  const seen = new Proxy(env, {
    get: (target, name: string) => {
      reads.add(name);
      return target[name];
    },
  });
  Object.defineProperty(process, 'env', { value: seen, configurable: true, writable: true });
  let routes: Composed['routes'] = [];
  const compose = (tools: Tools): Service => {
    const made = composes[service](tools);
    if (!job) makeApp({ ...made, trustProxy: 1, log: tools.log });
    // Signs each call to S3, so it is not asked before the first.
    if (!job && env['IMAGES'] === 's3') environmentCredentials();
    routes = [...made.served.map(({ route }) => route), ...made.extras].map(({ method, path }) => ({
      method,
      path,
    }));
    throw ENOUGH;
  };
  try {
    await (job ? runMigration : runService)(service, compose);
  } catch (error) {
    if (error !== ENOUGH) return { reads: [], routes: [], error: (error as Error).message };
  }
  return { reads: [...reads], routes };
};

const asked = JSON.parse(readFileSync(0, 'utf8')) as Composition[];
const replies: Composed[] = [];
for (const one of asked) replies.push(await composeOne(one));
writeSync(1, JSON.stringify(replies));
process.exit(0);
