import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { containersOf, type Workload } from './overlays.ts';

/** The volumes of the restricted standard. */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const ofPod = (pod: V1PodSpec): string[] => {
  const { securityContext: context = {} } = pod;
  const kinds = (pod.volumes ?? []).map(
    ({ name, ...source }) => [name, Object.keys(source)[0] ?? ''] as const,
  );
  return [
    ...(pod.hostNetwork || pod.hostPID || pod.hostIPC ? ['shares a namespace of the host'] : []),
    ...(pod.hostUsers === true ? ['shares the users of the host'] : []),
    ...((context.sysctls ?? []).length > 0 ? ['sets sysctls'] : []),
    ...(context.appArmorProfile?.type === 'Unconfined' ? ['has no AppArmor'] : []),
    ...(context.seLinuxOptions?.user || context.seLinuxOptions?.role
      ? ['sets a user or role of SELinux']
      : []),
    ...(context.seccompProfile?.type === 'Unconfined' ? ['has no seccomp'] : []),
    ...kinds
      .filter(([, kind]) => !VOLUMES.includes(kind))
      .map(([name, kind]) => `has volume ${name}: ${kind}`),
  ];
};

const ofContainer = (container: V1Container, pod: V1PodSpec): string[] => {
  const context = { ...pod.securityContext, ...container.securityContext };
  const { drop = [], add = [] } = container.securityContext?.capabilities ?? {};
  const hooks = [container.lifecycle?.postStart, container.lifecycle?.preStop];
  const probes = [container.livenessProbe, container.readinessProbe, container.startupProbe, ...hooks];
  const seccomp = context.seccompProfile?.type ?? '';
  return [
    ...(context.runAsNonRoot === true ? [] : ['may run as root']),
    ...(context.runAsUser === 0 ? ['runs as user 0'] : []),
    ...(context.allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
    ...(context.privileged ? ['is privileged'] : []),
    ...(drop.includes('ALL') ? [] : ['keeps capabilities']),
    ...add.filter((name) => name !== 'NET_BIND_SERVICE').map((name) => `adds ${name}`),
    ...(['RuntimeDefault', 'Localhost'].includes(seccomp) ? [] : ['has no seccomp profile']),
    ...((context.procMount ?? 'Default') === 'Default' ? [] : ['sees all of /proc']),
    ...((container.ports ?? []).some(({ hostPort }) => hostPort) ? ['takes a port of the host'] : []),
    ...(probes.some((probe) => probe?.httpGet?.host || probe?.tcpSocket?.host)
      ? ['is probed at another host']
      : []),
  ];
};

/** What we ask for beyond the standard. */
const ofOurs = (container: V1Container, pod: V1PodSpec): string[] => [
  ...(container.securityContext?.readOnlyRootFilesystem === true ? [] : ['can write to its image']),
  ...(container.resources?.limits?.['memory'] ? [] : ['has no limit of memory']),
  ...(container.resources?.requests?.['cpu'] ? [] : ['requests no CPU']),
  ...(typeof pod.securityContext?.runAsUser === 'number' ? [] : ['leaves the user to the image']),
];

/**
 * Where a workload breaks Kubernetes' restricted Pod Security Standard
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/, all of baseline and restricted that is for Linux), or
 * this project's own rules: a read-only root, a limit of memory, a user by number, no token, no variables of other services.
 */
export const securityErrors = ({ kind, name, pod }: Workload): string[] => {
  const ours = [
    ...(pod.automountServiceAccountToken === false ? [] : ['mounts a token of the cluster']),
    ...(pod.enableServiceLinks === false ? [] : ['gets variables of other services']),
  ];
  const all = containersOf(pod).flatMap((container) =>
    [...ofContainer(container, pod), ...ofOurs(container, pod)].map((error) => `${container.name} ${error}`),
  );
  return [...ofPod(pod), ...ours, ...all].map((error) => `${kind} ${name}: ${error}`);
};
