import { describe, expect, it } from 'vitest';
import { type Party, type Port, reaches } from './support/network.ts';
import { ofKind, renderOverlay, SERVICES, workloadsOf } from './support/overlays.ts';
import { plant } from './support/plant.ts';

const production = renderOverlay('production');
const tcp = (port: number): Port => ({ protocol: 'TCP', port });
const elsewhere = (namespace: string, labels = {}): Party => ({ namespace, labels });

/** Who is out there besides the shop's own pods. */
const others: Readonly<Record<string, Party>> = {
  controller: elsewhere('haproxy-controller', { 'app.kubernetes.io/name': 'kubernetes-ingress' }),
  'another pod here': elsewhere('duet', { app: 'somebody' }),
  // Labels alone do not make a pod of another namespace one of ours.
  'a pod elsewhere': elsewhere('default', {
    'app.kubernetes.io/name': 'orders',
    'app.kubernetes.io/component': 'service',
  }),
};

/** Where something listens besides the services. */
const targets: Readonly<Record<string, readonly [Party, Port]>> = {
  names: [elsewhere('kube-system', { 'k8s-app': 'kube-dns' }), { protocol: 'UDP', port: 53 }],
  'auth-db': [{ address: '192.0.2.11' }, tcp(5432)],
  'inventory-db': [{ address: '192.0.2.12' }, tcp(5432)],
  'orders-db': [{ address: '192.0.2.13' }, tcp(5432)],
  s3: [{ address: '52.219.168.10' }, tcp(443)],
  metadata: [{ address: '169.254.169.254' }, tcp(80)],
  'kube-api': [{ address: '10.96.0.1' }, tcp(443)],
  'shell-outside': [{ address: '203.0.113.9' }, tcp(4444)],
};

/** Names of what each party reaches, in the order of the columns. */
const reachable = (manifests: ReturnType<typeof renderOverlay>): Record<string, string> => {
  const policies = ofKind(manifests, 'NetworkPolicy');
  const pods = Object.fromEntries(
    workloadsOf(manifests).map(({ name, template }): [string, Party] => [
      name,
      { namespace: 'duet', labels: template.metadata?.labels ?? {} },
    ]),
  );
  const columns: Record<string, readonly [Party, Port]> = { ...targets };
  for (const [index, name] of SERVICES.entries()) columns[name] = [pods[name] as Party, tcp(3001 + index)];
  // A port that nobody opened, and the pods that listen to nobody.
  columns['auth:9229'] = [pods['auth'] as Party, tcp(9229)];
  columns['migrate-auth'] = [pods['migrate-auth'] as Party, tcp(3001)];
  if (pods['postgres']) columns['postgres'] = [pods['postgres'], tcp(5432)];
  const rows = Object.entries({ ...pods, ...others });
  return Object.fromEntries(
    rows.map(([row, from]) => {
      const reached = Object.keys(columns).filter((column) => {
        const [to, port] = columns[column] as readonly [Party, Port];
        return column !== row && reaches(policies, from, to, port);
      });
      return [row, reached.sort().join(' ')];
    }),
  );
};

/** What lies outside of the namespace is open to those in other namespaces: their policies are not ours. */
const OPEN = 'auth-db inventory-db kube-api metadata names orders-db s3 shell-outside';

describe('who reaches whom', () => {
  it('When production is rendered, then it is this table, and nothing else', () => {
    expect(reachable(production)).toEqual({
      auth: 'auth-db names',
      inventory: 'auth inventory-db names orders s3',
      orders: 'auth inventory names orders-db',
      'migrate-auth': 'auth-db names',
      'migrate-inventory': 'inventory-db names',
      'migrate-orders': 'names orders-db',
      controller: `auth inventory orders ${OPEN}`.split(' ').sort().join(' '),
      'another pod here': 'names',
      'a pod elsewhere': OPEN,
    });
  });

  it('When local is rendered, then it is this table, with one PostgreSQL for all', () => {
    expect(reachable(renderOverlay('local'))).toEqual({
      auth: 'names postgres',
      inventory: 'auth names orders postgres',
      orders: 'auth inventory names postgres',
      'migrate-auth': 'names postgres',
      'migrate-inventory': 'names postgres',
      'migrate-orders': 'names postgres',
      databases: 'names postgres',
      postgres: 'names',
      controller: `auth inventory orders ${OPEN}`.split(' ').sort().join(' '),
      'another pod here': 'names',
      'a pod elsewhere': OPEN,
    });
  });

  it.each([
    ['default-deny', '/spec/policyTypes', ['Egress'], 'a pod elsewhere', 'migrate-auth'],
    ['auth', '/spec/ingress/0/from', undefined, 'a pod elsewhere', 'auth'],
    ['auth', '/spec/ingress/0/ports', undefined, 'controller', 'auth:9229'],
    ['auth', '/spec/podSelector/matchLabels', {}, 'controller', 'migrate-auth'],
    ['orders', '/spec/ingress/0/from', [{ namespaceSelector: {} }], 'a pod elsewhere', 'orders'],
    ['orders', '/spec/egress/0', {}, 'orders', 'kube-api'],
    ['auth-to-database', '/spec/egress/0/to', [{ ipBlock: { cidr: '192.0.2.0/24' } }], 'auth', 'orders-db'],
    ['orders-to-database', '/spec/podSelector', {}, 'another pod here', 'orders-db'],
    ['inventory-to-s3', '/spec/egress/0/to/0/ipBlock/except', undefined, 'inventory', 'kube-api'],
    ['inventory-to-s3', '/spec/egress/0/ports', undefined, 'inventory', 'shell-outside'],
  ])('When policy %s has %s: %j, then %s also reaches %s', (name, path, value, row, gained) => {
    const broken = plant(production, `NetworkPolicy ${name}`, path, value);
    expect(reachable(broken)[row]?.split(' ')).toContain(gained);
  });

  it('When names are not allowed, then nobody here reaches them', () => {
    const broken = plant(production, 'NetworkPolicy allow-dns', '/spec/egress/0', undefined);
    expect(reachable(broken)).toMatchObject({ auth: 'auth-db', 'another pod here': '' });
  });
});
