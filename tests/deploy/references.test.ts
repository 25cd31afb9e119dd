import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, ROOT, renderOverlay } from './support/overlays.ts';
import { plant } from './support/plant.ts';
import { brokenReferences } from './support/references.ts';
import type { Secrets } from './support/references-of-pods.ts';

/** The secrets that docs/kubernetes.md has its reader make: `kubectl ... create secret generic NAME --from-file=KEY=...`. */
const documented = (): Secrets => {
  const page = readFileSync(join(ROOT, 'docs', 'kubernetes.md'), 'utf8').replaceAll(/\\\n\s*/g, '');
  const commands = [...page.matchAll(/create secret (generic|tls) (\S+)(.*)/g)];
  return Object.fromEntries(
    commands.map(([, kind, name = '', rest = '']) => [
      name,
      kind === 'tls'
        ? ['tls.crt', 'tls.key']
        : [...rest.matchAll(/--from-file=([\w.-]+)=/g)].map(([, key]) => key ?? ''),
    ]),
  );
};

const production = renderOverlay('production');

const POD = '/spec/template/spec';
const CONTAINER = `${POD}/containers/0`;
const LABELS = '/spec/template/metadata/labels';
const NAME = 'app.kubernetes.io~1name';

/** What is planted in production: in which object, where, which value (none: removed), and what is to be said of it. */
const planted: readonly [string, string, unknown, string][] = [
  ['Deployment orders', '/metadata/name', 'orders_2', 'cannot have this name'],
  ['Service orders', '/metadata/name', '1orders', 'cannot have this name'],
  ['Deployment orders', '/metadata/name', 'auth', 'Deployment auth is there twice'],
  ['Deployment orders', '/metadata/namespace', 'default', 'lies in another namespace'],
  ['Deployment orders', '/metadata/labels/tier', 'the shop', 'has a label of value the shop'],
  ['Deployment orders', '/metadata/labels/-tier', 'shop', 'has a label -tier, which is no key'],
  ['Deployment orders', `${LABELS}/${NAME}`, 'order', 'Service orders leads to nobody'],
  ['Deployment orders', `${LABELS}/${NAME}`, 'order', 'Deployment orders takes the pods of 0 workloads'],
  [
    'Service orders',
    '/spec/selector',
    { 'app.kubernetes.io/name': 'orders' },
    'leads to Deployment orders, Job migrate-orders',
  ],
  ['Service orders', '/spec/ports/0/targetPort', 'https', 'leads to port https, where nobody listens'],
  ['Service orders', '/spec/ports/0/name', 'web', 'Ingress duet leads to orders, which has no such port'],
  ['Ingress duet', '/spec/rules/0/http/paths/5/backend/service/name', 'order', 'leads to order'],
  ['Ingress duet', '/spec/tls/0/secretName', 'tls', 'shows certificate tls'],
  ['Ingress duet', '/spec/rules/0/host', 'www.example.com', 'has no TLS for www.example.com'],
  ['HorizontalPodAutoscaler orders', '/spec/scaleTargetRef/name', 'order', 'scales nobody'],
  [
    'HorizontalPodAutoscaler orders',
    '/metadata/name',
    'order',
    'Deployment orders has no HorizontalPodAutoscaler',
  ],
  ['Deployment orders', '/spec/replicas', 2, 'fights with the replicas'],
  ['PodDisruptionBudget orders', `/spec/selector/matchLabels/${NAME}`, 'order', 'is for 0 workloads'],
  ['PodDisruptionBudget orders', '/spec/selector', {}, 'is for 6 workloads'],
  ['NetworkPolicy orders', `/spec/podSelector/matchLabels/${NAME}`, 'order', 'which is nobody'],
  [
    'NetworkPolicy orders',
    `/spec/ingress/0/from/1/podSelector/matchLabels/${NAME}`,
    'shop',
    'which is nobody',
  ],
  ['NetworkPolicy orders', `/spec/egress/0/to/0/podSelector/matchLabels/${NAME}`, 'shop', 'which is nobody'],
  ['Deployment orders', `${POD}/volumes/0/secret/secretName`, 'order-database', 'which nobody makes'],
  [
    'Deployment inventory',
    `${CONTAINER}/env/0/valueFrom`,
    { secretKeyRef: { name: 'inventory-photos', key: 'id' } },
    'reads id of secret inventory-photos',
  ],
  ['Deployment orders', `${POD}/volumes/1/name`, 'temp', 'mounts tmp, which is no volume'],
  ['Deployment orders', `${POD}/volumes/1/name`, 'temp', 'never mounts temp'],
  [
    'Deployment orders',
    `${POD}/volumes/1`,
    { name: 'tmp', persistentVolumeClaim: { claimName: 'tmp' } },
    'claims tmp',
  ],
  ['Deployment orders', `${POD}/serviceAccountName`, 'order', 'runs as order, who is nobody'],
  [
    'Deployment orders',
    `${POD}/topologySpreadConstraints/0/labelSelector/matchLabels/${NAME}`,
    'auth',
    'spreads other pods',
  ],
  [
    'Deployment orders',
    `${CONTAINER}/env/1/value`,
    '/run/secrets/duet/url',
    'has DATABASE_URL_FILE /run/secrets/duet/url',
  ],
  ['Deployment orders', `${CONTAINER}/env/1/name`, 'STORE', 'sets STORE twice'],
  [
    'Deployment orders',
    `${CONTAINER}/volumeMounts/1/mountPath`,
    '/run/secrets/duet',
    'mounts /run/secrets/duet twice',
  ],
  ['Deployment orders', `${CONTAINER}/ports/0/name`, 'web', 'is probed on http, where it does not listen'],
  [
    'Deployment orders',
    `${CONTAINER}/resources/requests/memory`,
    '1Gi',
    'requests more memory than its limit',
  ],
];

describe('docs/kubernetes.md', () => {
  it('When it names a file, a folder or an object to use in a command, then that is there', () => {
    const page = readFileSync(join(ROOT, 'docs', 'kubernetes.md'), 'utf8').replaceAll('$service', 'orders');
    const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text]) => text).join('\n');
    const paths = commands.match(/\b(deploy\/kubernetes|microservices)\/[\w./-]+/g) ?? [];
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const objects = [...commands.matchAll(/\bdeploy(?:ment)?\/(auth|inventory|orders)\b(?!\/)/g)];
    const names = ofKind(production, 'Deployment').map(({ metadata }) => metadata?.name);
    expect(objects.length).toBeGreaterThan(2);
    for (const [, name] of objects) expect(names).toContain(name);
  });
});

describe('what an overlay refers to', () => {
  it('When local is rendered, then all of it is there, secrets included', () => {
    expect(brokenReferences(renderOverlay('local'), {})).toEqual([]);
  });

  it('When production is rendered, then all of it is there, or docs/kubernetes.md says how to make it', () => {
    const secrets = documented();
    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(5);
    expect(brokenReferences(production, secrets)).toEqual([]);
  });

  it('When a secret is not documented, then it is found', () => {
    const { 'inventory-database': _, ...others } = documented();
    expect(brokenReferences(production, others)).toContain(
      'Deployment inventory reads secret inventory-database, which nobody makes',
    );
  });

  it.each(planted)('When %s has %s: %j, then it is found: %s', (object, path, value, found) => {
    const broken = plant(production, object, path, value);
    expect(brokenReferences(broken, documented()).join('\n')).toContain(found);
  });
});
