import { describe, expect, it } from 'vitest';
import { disagreements } from './support/agreement.ts';
import { plant } from './support/plant.ts';
import { readWorld, type World } from './support/world.ts';

const CONTAINER = '/spec/template/spec/containers/0';
const world = readWorld();

/** The world with a mistake in production. */
const inProduction = (object: string, path: string, value: unknown): World => ({
  ...world,
  production: plant(world.production, object, path, value),
});
const inCompose = (name: string, change: Partial<World['compose'][string]>): World => ({
  ...world,
  compose: { ...world.compose, [name]: { ...world.compose[name], ...change } as World['compose'][string] },
});
const inImage = (change: Partial<World['images']['orders']>): World => ({
  ...world,
  images: { ...world.images, orders: { ...world.images.orders, ...change } },
});
const resources = (memory: string, cpus: string) => ({
  deploy: { resources: { limits: { memory }, reservations: { cpus } } },
});
const { environment } = world.compose['orders'] as World['compose'][string];

const ORDERS = 'Deployment orders';
const SCALER = 'HorizontalPodAutoscaler orders';

/** What is changed, on which side, and what is to be said of it. */
const planted: readonly [string, World, string][] = [
  [
    'another port in the pod',
    inProduction(ORDERS, `${CONTAINER}/ports/0/containerPort`, 3004),
    'port of orders',
  ],
  ['another port of the Service', inProduction('Service orders', '/spec/ports/0/port', 80), 'port of orders'],
  ['another port in the image', inImage({ ports: [3004] }), 'port of orders'],
  ['another PORT in the image', inImage({ env: { HOST: '0.0.0.0', PORT: '3004' } }), 'port of orders'],
  ['another port in the health check', inImage({ probe: ['node', 'probe.cjs', '3004'] }), 'port of orders'],
  [
    'another port in a URL of Compose',
    inCompose('inventory', { environment: { ...environment, ORDERS_URL: 'http://gateway:3004' } }),
    'port of orders',
  ],
  [
    'another port at the gateway',
    { ...world, gateway: world.gateway.replace('orders:3003', 'orders:3004') },
    'port of orders',
  ],
  [
    'liveness that asks the database',
    inProduction(ORDERS, `${CONTAINER}/livenessProbe/httpGet/path`, '/readyz'),
    'liveness',
  ],
  [
    'readiness that asks nothing',
    inProduction(ORDERS, `${CONTAINER}/readinessProbe/httpGet/path`, '/livez'),
    'readiness',
  ],
  [
    'a gateway that asks nothing',
    { ...world, gateway: world.gateway.replace('GET /readyz', 'GET /livez') },
    'readiness',
  ],
  ['no probe at the start', inProduction(ORDERS, `${CONTAINER}/startupProbe`, undefined), 'start of orders'],
  [
    'another grace in the cluster',
    inProduction(ORDERS, '/spec/template/spec/terminationGracePeriodSeconds', 20),
    'grace of orders',
  ],
  [
    'another grace in the cluster',
    inProduction(ORDERS, '/spec/template/spec/terminationGracePeriodSeconds', 20),
    'before its hard stop',
  ],
  ['another grace in Compose', inCompose('orders', { stop_grace_period: '10s' }), 'grace of orders'],
  [
    'a hard stop that comes late',
    { ...world, times: { ...world.times, hardStop: 30_000 } },
    'before its hard stop',
  ],
  [
    'a hard stop that comes early',
    { ...world, times: { ...world.times, hardStop: 20_000 } },
    'longer than its hard stop',
  ],
  [
    'readiness asked seldom',
    inProduction(ORDERS, `${CONTAINER}/readinessProbe/periodSeconds`, 3),
    'noticed after 7000',
  ],
  ['a short drain', inProduction(ORDERS, `${CONTAINER}/env/4/value`, '2000'), 'stops serving 2000 ms'],
  [
    'a probe slower than its timeout',
    { ...world, times: { ...world.times, readyProbe: 2_000 } },
    'less than it may take',
  ],
  [
    'more memory in the cluster',
    inProduction(ORDERS, `${CONTAINER}/resources/limits/memory`, '512Mi'),
    'memory of orders',
  ],
  ['more memory in Compose', inCompose('orders', resources('257M', '0.25')), 'memory of orders'],
  ['more CPU in Compose', inCompose('orders', resources('256M', '0.5')), 'CPU of orders'],
  [
    'more CPU in the cluster',
    inProduction(ORDERS, `${CONTAINER}/resources/requests/cpu`, '300m'),
    'CPU of orders',
  ],
  ['a limit of CPU', inProduction(ORDERS, `${CONTAINER}/resources/limits/cpu`, '1'), 'limit of CPU'],
  ['another user in the image', inImage({ user: '1001:1001' }), 'user of orders'],
  [
    'another user in the cluster',
    inProduction(ORDERS, '/spec/template/spec/securityContext/runAsUser', 1001),
    'user of orders',
  ],
  ['another user in Compose', inCompose('orders', { user: 'root' }), 'user of orders in Compose'],
  [
    'another image of the migration',
    inProduction('Job migrate-orders', `${CONTAINER}/image`, 'registry.example.com/duet/orders:0.0.9'),
    'images of orders',
  ],
  ['another image in Compose', inCompose('orders', { image: 'duet/order' }), 'image of orders'],
  [
    'another migration',
    inProduction('Job migrate-orders', `${CONTAINER}/command/1`, 'microservices/auth/migrate.ts'),
    'command of migrate-orders',
  ],
  ['another process', inImage({ command: ['npm', 'start'] }), 'command of orders'],
  ['a command in the cluster', inProduction(ORDERS, `${CONTAINER}/command`, ['sh']), 'in the cluster'],
  ['a folder less', inProduction(ORDERS, `${CONTAINER}/volumeMounts/1`, undefined), 'folders of orders'],
  ['a folder more in Compose', inCompose('orders', { tmpfs: ['/tmp', '/var/tmp'] }), 'folders of orders'],
  [
    'a writable image in Compose',
    inCompose('orders', { read_only: false }),
    'can write to its image in Compose',
  ],
  ['another maximum', inProduction(SCALER, '/spec/maxReplicas', 20), 'replicas of orders'],
  ['a single replica', inProduction(SCALER, '/spec/minReplicas', 1), 'no second replica'],
  [
    'another target',
    inProduction(SCALER, '/spec/metrics/0/resource/target/averageUtilization', 80),
    'target of orders',
  ],
  ['another way up', inProduction(SCALER, '/spec/behavior/scaleUp/policies/0/value', 2), 'way up'],
  [
    'another way down',
    inProduction(SCALER, '/spec/behavior/scaleDown/stabilizationWindowSeconds', 60),
    'way down',
  ],
  [
    'another rule of the stack tool',
    { ...world, autoscale: { ...world.autoscale, target: 70 } },
    'target of orders',
  ],
  [
    'too few connections',
    inCompose('postgres', { command: ['postgres', '-c', 'max_connections=200'] }),
    'Compose has too few',
  ],
  [
    'larger pools',
    inCompose('orders', { environment: { ...environment, DATABASE_POOL: '30' } }),
    'cluster has too few',
  ],
  ['another PostgreSQL', inCompose('postgres', { image: 'postgres:16' }), 'image of PostgreSQL'],
];

describe('Compose, Kubernetes, the images and the code', () => {
  it('When they speak of the same thing, then they agree', () => {
    expect(disagreements(world)).toEqual([]);
  });

  it.each(planted)('When there is %s, then it is found', (_, broken, found) => {
    expect(disagreements(broken).join('\n')).toContain(found);
  });
});
