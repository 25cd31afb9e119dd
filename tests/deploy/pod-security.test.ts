import { describe, expect, it } from 'vitest';
import { OVERLAYS, renderOverlay, workloadsOf } from './support/overlays.ts';
import { plant } from './support/plant.ts';
import { securityErrors } from './support/pod-security.ts';

const production = renderOverlay('production');
const POD = '/spec/template/spec';
const CONTAINER = `${POD}/containers/0`;
const OWN = `${CONTAINER}/securityContext`;

/** What is planted in orders' deployment: where, which value (none: removed), and what is to be said of it. */
const planted: readonly [string, unknown, string][] = [
  [`${POD}/securityContext/runAsNonRoot`, undefined, 'may run as root'],
  [`${OWN}/runAsUser`, 0, 'runs as user 0'],
  [`${POD}/securityContext/runAsUser`, undefined, 'leaves the user to the image'],
  [`${POD}/securityContext/seccompProfile`, undefined, 'has no seccomp profile'],
  [`${POD}/securityContext/sysctls`, [{ name: 'net.core.somaxconn', value: '1' }], 'sets sysctls'],
  [`${POD}/hostNetwork`, true, 'shares a namespace of the host'],
  [`${POD}/hostPID`, true, 'shares a namespace of the host'],
  [`${POD}/volumes/1`, { name: 'tmp', hostPath: { path: '/' } }, 'has volume tmp: hostPath'],
  [`${POD}/automountServiceAccountToken`, undefined, 'mounts a token'],
  [`${POD}/enableServiceLinks`, undefined, 'gets variables'],
  [`${POD}/initContainers`, [{ name: 'first', image: 'x' }], 'first may gain privileges'],
  [`${OWN}/allowPrivilegeEscalation`, undefined, 'may gain privileges'],
  [`${OWN}/privileged`, true, 'is privileged'],
  [`${OWN}/capabilities/drop`, ['NET_RAW'], 'keeps capabilities'],
  [`${OWN}/capabilities/add`, ['SYS_ADMIN'], 'adds SYS_ADMIN'],
  [`${OWN}/seccompProfile`, { type: 'Unconfined' }, 'has no seccomp profile'],
  [`${OWN}/procMount`, 'Unmasked', 'sees all of /proc'],
  [`${OWN}/readOnlyRootFilesystem`, false, 'can write to its image'],
  [`${CONTAINER}/ports/0/hostPort`, 3003, 'takes a port of the host'],
  [`${CONTAINER}/livenessProbe/httpGet/host`, '169.254.169.254', 'is probed at another host'],
  [`${CONTAINER}/resources/limits`, undefined, 'has no limit of memory'],
  [`${CONTAINER}/resources/requests`, undefined, 'requests no CPU'],
];

describe('restricted Pod Security', () => {
  it.each(OVERLAYS)(
    'When %s is rendered, then every pod keeps to it, and the namespace demands it',
    (overlay) => {
      const manifests = renderOverlay(overlay);
      expect(workloadsOf(manifests).length).toBeGreaterThanOrEqual(6);
      expect(workloadsOf(manifests).flatMap(securityErrors)).toEqual([]);
      const namespace = manifests.find(({ kind }) => kind === 'Namespace');
      expect(namespace?.metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      });
    },
  );

  it.each(planted)('When a pod has %s: %j, then it is found: %s', (path, value, found) => {
    const broken = plant(production, 'Deployment orders', path, value);
    expect(workloadsOf(broken).flatMap(securityErrors).join('\n')).toContain(found);
  });
});
