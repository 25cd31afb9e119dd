import { describe, expect, it } from 'vitest';
import { OVERLAYS, renderOverlay } from './support/overlays.ts';
import { plant } from './support/plant.ts';
import { schemaErrors } from './support/schemas.ts';

const production = renderOverlay('production');
const POD = '/spec/template/spec';
const CONTAINER = `${POD}/containers/0`;
const PATH = '/spec/rules/0/http/paths/0';

/** What is planted: a name for it, in which object, where, which value (none: removed), and what is to be said of it. */
const planted: readonly [string, string, string, unknown, RegExp][] = [
  [
    'a misspelt field',
    'Deployment orders',
    `${CONTAINER}/imagePulPolicy`,
    'Always',
    /imagePulPolicy is no field/,
  ],
  [
    'a probe beside its container',
    'Deployment orders',
    `${POD}/readinessProbe`,
    {},
    /readinessProbe is no field/,
  ],
  [
    'capabilities of a pod',
    'Deployment orders',
    `${POD}/securityContext/capabilities`,
    {},
    /capabilities is no field/,
  ],
  [
    'a misspelt probe',
    'Deployment orders',
    `${CONTAINER}/livenessProbe/httpGet/url`,
    '/',
    /httpGet\.url is no field/,
  ],
  [
    'the name of a secret as name',
    'Deployment orders',
    `${POD}/volumes/0/secret/name`,
    'x',
    /secret\.name is no field/,
  ],
  [
    'an unknown limit',
    'Deployment orders',
    `${CONTAINER}/resources/maximum`,
    {},
    /resources\.maximum is no field/,
  ],
  ['a nameless container', 'Deployment orders', `${CONTAINER}/name`, undefined, /required property name/],
  [
    'a value read as a number',
    'Deployment orders',
    `${CONTAINER}/env/0/value`,
    5000,
    /env\/0\/value must be string/,
  ],
  [
    'a port in words',
    'Deployment orders',
    `${CONTAINER}/ports/0/containerPort`,
    'http',
    /containerPort must be/,
  ],
  [
    'a quantity with a blank',
    'Deployment orders',
    `${CONTAINER}/resources/limits/memory`,
    '256 MB',
    /limits\/memory/,
  ],
  [
    'more than 32 bits',
    'Deployment orders',
    `${CONTAINER}/livenessProbe/periodSeconds`,
    2 ** 40,
    /periodSeconds must/,
  ],
  ['no selector', 'Deployment auth', '/spec/selector', undefined, /required property selector/],
  ['a strategy in words', 'Deployment auth', '/spec/strategy', 'Recreate', /strategy must be object/],
  ['replicas in words', 'Deployment auth', '/spec/replicas', 'two', /replicas must be/],
  ['a label that is a number', 'Deployment auth', '/metadata/labels/tier', 1, /labels\/tier must be string/],
  ['a service without a port', 'Service auth', '/spec/ports/0/port', undefined, /required property port/],
  [
    'no maximum',
    'HorizontalPodAutoscaler auth',
    '/spec/maxReplicas',
    undefined,
    /required property maxReplicas/,
  ],
  [
    'a metric of the old API',
    'HorizontalPodAutoscaler auth',
    '/spec/metrics/0/resource/targetAverageUtilization',
    60,
    /targetAverageUtilization is no field/,
  ],
  [
    'an API that is gone',
    'HorizontalPodAutoscaler auth',
    '/apiVersion',
    'autoscaling/v2beta2',
    /there is no Horiz/,
  ],
  ['a misspelt kind', 'Service auth', '/kind', 'Servce', /there is no Servce/],
  ['a misspelt budget', 'PodDisruptionBudget auth', '/spec/maxUnavaliable', 1, /maxUnavaliable is no field/],
  ['a path without its type', 'Ingress duet', `${PATH}/pathType`, undefined, /required property pathType/],
  [
    'a backend of the old API',
    'Ingress duet',
    `${PATH}/backend/serviceName`,
    'auth',
    /serviceName is no field/,
  ],
  ['tries in words', 'Job migrate-auth', '/spec/backoffLimit', 'often', /backoffLimit must be/],
  ['a misspelt direction', 'NetworkPolicy auth', '/spec/ingress/0/form', [], /form is no field/],
];

describe('the schemas of Kubernetes', () => {
  it.each(OVERLAYS)(
    'When %s is rendered, then every object and every field of it is one that Kubernetes knows',
    (overlay) => {
      const all = renderOverlay(overlay);
      expect(all.length).toBeGreaterThan(25);
      expect(all.flatMap(schemaErrors)).toEqual([]);
    },
  );

  it.each(planted)('When there is %s, then it is found', (_, object, path, value, found) => {
    const broken = plant(production, object, path, value);
    const errors = broken.flatMap(schemaErrors);
    expect(errors.join('\n')).toMatch(found);
  });
});
