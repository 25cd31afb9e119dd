import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationErrors } from './support/configuration.ts';
import { environmentsOf } from './support/environments.ts';
import { named, ROOT, SERVICES } from './support/overlays.ts';
import { plant } from './support/plant.ts';
import { readYaml } from './support/read-yaml.ts';
import { readWorld, type World } from './support/world.ts';

const world = readWorld();
const ENV = '/spec/template/spec/containers/0/env';

const inLocal = (object: string, path: string, value: unknown): World => ({
  ...world,
  local: plant(world.local, object, path, value),
});
const inCompose = (name: string, env: Record<string, string>): World => {
  const service = world.compose[name] as World['compose'][string];
  return { ...world, compose: { ...world.compose, [name]: { ...service, environment: env } } };
};
const inventory = world.compose['inventory']?.environment ?? {};
const { PHOTOS_DIR: _, ...withoutFolder } = inventory;
const orders = world.images.orders;

/** What is changed, and what is to be said of it. */
const planted: readonly [string, World, string][] = [
  [
    'a variable that nobody reads',
    inLocal('Deployment orders', `${ENV}/7`, { name: 'PUBLIC_URL', value: 'http://a' }),
    "orders's service never reads PUBLIC_URL",
  ],
  ['a misspelt variable', inLocal('Deployment orders', `${ENV}/0/name`, 'STORES'), 'STORE is not set'],
  ['a peer without a URL', inLocal('Deployment orders', `${ENV}/6`, undefined), 'INVENTORY_URL is not set'],
  ['no database', inLocal('Deployment orders', `${ENV}/1`, undefined), 'DATABASE_URL is not set'],
  [
    'both a URL and its file',
    inLocal('Deployment orders', `${ENV}/4`, { name: 'DATABASE_URL', value: 'postgres://a' }),
    'both set',
  ],
  ['a store that there is not', inLocal('Deployment orders', `${ENV}/0/value`, 'mysql'), 'STORE: Invalid'],
  [
    'no proxy to believe',
    inLocal('Deployment orders', `${ENV}/3`, undefined),
    'TRUST_PROXY is 1 in one and not set',
  ],
  [
    'another drain',
    inLocal('Deployment orders', `${ENV}/4/value`, '9000'),
    'DRAIN_MS is not set in one and 9000',
  ],
  ['another pool', inLocal('Deployment orders', `${ENV}/2/value`, '9'), 'DATABASE_POOL is 8 in one and 9'],
  [
    'another peer',
    inLocal('Deployment orders', `${ENV}/5/value`, 'http://auth:3002'),
    'AUTH_URL is http://gateway:3001',
  ],
  [
    'a migration that knows less',
    inLocal('Job migrate-orders', `${ENV}/3`, undefined),
    "local: orders's migration would not start",
  ],
  [
    'a migration that is told too much',
    inLocal('Job migrate-orders', `${ENV}/5`, { name: 'DRAIN_MS', value: '1' }),
    "orders's migration never reads DRAIN_MS",
  ],
  ['a folder missing in Compose', inCompose('inventory', withoutFolder), 'PHOTOS_DIR is not set'],
  [
    'a bucket in Compose',
    inCompose('inventory', { ...inventory, PHOTOS_BUCKET: 'photos' }),
    'never reads PHOTOS_BUCKET',
  ],
  [
    'another secret in Compose',
    inCompose('orders', { ...world.compose['orders']?.environment, DATABASE_URL_FILE: '/run/secrets/url' }),
    'DATABASE_URL_FILE is /run/secrets/url',
  ],
  [
    'an image that sets what nobody reads',
    { ...world, images: { ...world.images, orders: { ...orders, env: { ...orders.env, STAGE: 'live' } } } },
    'never reads STAGE',
  ],
  [
    'an image without a port',
    { ...world, images: { ...world.images, orders: { ...orders, env: {} } } },
    'PORT is not set',
  ],
];

describe('the variables of the services', () => {
  it('When Compose or an overlay sets them, then each is read, none is missing, and they agree', () => {
    expect(configurationErrors([world])).toEqual([[]]);
  });

  it('When one of them is wrong, then it is found', () => {
    const errors = configurationErrors(planted.map(([, broken]) => broken));
    for (const [index, [title, , found]] of planted.entries())
      expect(errors[index]?.join('; '), title).toContain(found);
  });

  it('When a service runs in a cluster, then it listens to all, behind one proxy, on PostgreSQL', () => {
    for (const manifests of [world.local, world.production])
      for (const service of SERVICES)
        expect(environmentsOf(manifests)[service].service).toMatchObject({
          HOST: '0.0.0.0',
          TRUST_PROXY: '1',
          STORE: 'postgres',
          DRAIN_MS: '5000',
        });
  });
});

describe('the addresses of the shop', () => {
  it('When it runs in production, then uploads go to the host that has the certificate', () => {
    const { spec } = named(world.production, 'Ingress', 'duet');
    const [host] = spec?.tls?.[0]?.hosts ?? [];
    expect(environmentsOf(world.production).inventory.service['PUBLIC_URL']).toBe(`https://${host}`);
    expect(spec?.rules?.map((rule) => rule.host)).toEqual([host]);
  });

  it('When it runs in kind, then uploads go to the port of this machine that leads to the ingress controller', () => {
    const file = join(ROOT, 'deploy', 'kubernetes', 'overlays', 'local', 'kind.yaml');
    const [cluster] = readYaml(file) as [
      {
        nodes: { extraPortMappings: { containerPort: number; hostPort: number; listenAddress: string }[] }[];
      },
    ];
    const [mapping] = cluster.nodes[0]?.extraPortMappings ?? [];
    const url = `http://${mapping?.listenAddress}:${mapping?.hostPort}`;
    expect(environmentsOf(world.local).inventory.service['PUBLIC_URL']).toBe(url);
    const page = readFileSync(join(ROOT, 'docs', 'kubernetes.md'), 'utf8');
    expect(page).toContain(`controller.service.nodePorts.http=${mapping?.containerPort}`);
    expect(page).toContain(`curl ${url}/products`);
  });
});
