import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allRoutes } from '@duet/shared/contract/routes.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Composed, composeServices } from './support/compose-services.ts';
import { environmentsOf } from './support/environments.ts';
import { named, OVERLAYS, ROOT, renderOverlay, SERVICES } from './support/overlays.ts';
import { plant } from './support/plant.ts';
import { gatewayRoute, ingressRoute } from './support/routing.ts';

const gateway = readFileSync(join(ROOT, 'deploy', 'compose', 'gateway', 'haproxy.cfg'), 'utf8');
const filled = (path: string): string => path.replaceAll(/\{\w+\}/g, '0198f2d2-6f5e-7cc0-8000-000000000001');

/** Paths that somebody tries who looks for what is not his. */
const hostile = [
  ...['/events', '/events/', '/Events', '/%65vents', '//events', '/events/x', '/./events'],
  ...[
    '/products/../events',
    '/orders/events',
    '/productsx',
    '/ordersevents',
    '/imagesx',
    '/uploads/../events',
  ],
  ...['/', '', '/admin', '/livez', '/readyz', '/authx', '/.well-knownx', '/docs/x', '/openapi.jsonx'],
];

let composed: Composed[];
beforeAll(() => {
  const environments = environmentsOf(renderOverlay('production'));
  composed = composeServices(
    SERVICES.map((service) => ({ service, job: false, env: environments[service].service })),
  );
});

describe.each(OVERLAYS)('the Ingress of %s', (overlay) => {
  const ingress = named(renderOverlay(overlay), 'Ingress', 'duet');

  it('When a route is in the contract, then it leads to the service that serves it', () => {
    for (const { path, context } of allRoutes) {
      const service = context === 'images' ? 'inventory' : context;
      expect([path, ingressRoute(ingress, filled(path))]).toEqual([path, service]);
    }
  });

  it('When a service serves a path, then it is led there, but for what the services keep among themselves', () => {
    const served = composed.flatMap(({ routes }, index) =>
      routes.map(({ method, path }) => ({
        service: SERVICES[index],
        route: `${method} ${path}`,
        path: filled(path),
      })),
    );
    const hidden = served.filter(({ service, path }) => ingressRoute(ingress, path) !== service);
    expect(hidden.map(({ service, route }) => `${service} ${route}`)).toEqual([
      'inventory POST /events',
      'inventory GET /.well-known/jwks.json',
      // The same documents as auth's.
      'inventory GET /openapi.json',
      'inventory GET /docs',
      'orders POST /events',
      'orders GET /.well-known/jwks.json',
      'orders GET /openapi.json',
      'orders GET /docs',
    ]);
  });

  it('When somebody asks for /events, in whatever spelling, then it leads to auth, which takes none, or to a longer path', () => {
    const takers = SERVICES.filter((_, index) =>
      composed[index]?.routes.some(({ path }) => path === '/events'),
    );
    expect(takers).toEqual(['inventory', 'orders']);
    for (const path of hostile.filter((one) => !/^\/(products|orders|uploads)\//.test(one)))
      expect([path, ingressRoute(ingress, path)]).toEqual([path, 'auth']);
  });

  it('When the gateway of docker-compose.yml leads a path somewhere, then so does the Ingress', () => {
    const paths = [
      ...allRoutes.map(({ path }) => filled(path)),
      ...hostile,
      '/orders/',
      '/products/',
      '/docs',
      '/uploads',
    ];
    for (const path of paths)
      expect([path, ingressRoute(ingress, path)]).toEqual([path, gatewayRoute(gateway, path)]);
  });

  it.each([
    ['/spec/rules/0/http/paths/6', undefined],
    ['/spec/rules/0/http/paths/5/path', '/order'],
    ['/spec/rules/0/http/paths/2/pathType', 'Exact'],
    ['/spec/rules/0/http/paths/3/backend/service/name', 'orders'],
  ])('When %s is %j, then it differs from the gateway', (path, value) => {
    const broken = named(plant(renderOverlay(overlay), 'Ingress duet', path, value), 'Ingress', 'duet');
    const paths = [...allRoutes.map((route) => filled(route.path)), ...hostile];
    expect(paths.filter((one) => ingressRoute(broken, one) !== gatewayRoute(gateway, one))).not.toEqual([]);
  });
});
