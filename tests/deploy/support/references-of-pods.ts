import type { V1PodSpec } from '@kubernetes/client-node';
import type { Manifest } from './kustomize.ts';
import { selects } from './network.ts';
import { containersOf, type Kinds, ofKind, type Workload } from './overlays.ts';
import { quantityOf } from './syntax.ts';

/** Secrets by name, with their keys. */
export type Secrets = Readonly<Record<string, readonly string[]>>;

/** Whether an object is there. */
export const isThere = (manifests: readonly Manifest[], kind: keyof Kinds, name: string): boolean =>
  ofKind(manifests, kind).some(({ metadata }) => metadata?.name === name);

/** The labels of a workload's pods. */
export const labelsOf = ({ template }: Workload): Record<string, string> => template.metadata?.labels ?? {};

/** Keys that a pod reads, by secret; no key means all that there are. */
const secretsRead = (pod: V1PodSpec): (readonly [string, string?])[] => {
  const mounted = (pod.volumes ?? []).flatMap(({ secret, projected }) => [
    ...(secret ? [{ name: secret.secretName ?? '', items: secret.items }] : []),
    ...(projected?.sources ?? []).map((source) => ({
      name: source.secret?.name ?? '',
      items: source.secret?.items,
    })),
  ]);
  const inEnv = containersOf(pod).flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef] : [])),
  );
  return [
    ...mounted.flatMap(({ name, items }): (readonly [string, string?])[] =>
      items ? items.map(({ key }) => [name, key]) : [[name]],
    ),
    ...inEnv.map(({ name = '', key }) => [name, key] as const),
  ];
};

/** What one workload's pod points at that is not there. */
export const ofPod = (manifests: readonly Manifest[], secrets: Secrets, workload: Workload): string[] => {
  const { pod, kind, name } = workload;
  const spec = (manifests.find((one) => one.kind === kind && one.metadata.name === name)?.spec ?? {}) as {
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
  const volumes = [
    ...(pod.volumes ?? []).map((volume) => volume.name),
    ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
  ];
  const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
  const claims = (pod.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
  const account = pod.serviceAccountName;
  return [
    ...mounts
      .filter((one) => !volumes.includes(one.name))
      .map((one) => `mounts ${one.name}, which is no volume`),
    ...volumes
      .filter((one) => !mounts.some((mount) => mount.name === one))
      .map((one) => `never mounts ${one}`),
    ...claims
      .filter((claim) => !isThere(manifests, 'PersistentVolumeClaim', claim))
      .map((claim) => `claims ${claim}, which is not there`),
    ...secretsRead(pod).flatMap(([secret, key]) => {
      const keys = secrets[secret];
      if (!keys) return [`reads secret ${secret}, which nobody makes`];
      return key && !keys.includes(key) ? [`reads ${key} of secret ${secret}, which has no such key`] : [];
    }),
    ...(account && !isThere(manifests, 'ServiceAccount', account)
      ? [`runs as ${account}, who is nobody`]
      : []),
    ...(pod.topologySpreadConstraints ?? [])
      .filter(({ labelSelector }) => !labelSelector || !selects(labelSelector, labelsOf(workload)))
      .map(({ topologyKey }) => `spreads other pods than its own over ${topologyKey}`),
  ].map((error) => `${kind} ${name} ${error}`);
};

/** What in the containers of a pod does not fit together. */
export const ofContainers = (secrets: Secrets, { pod, kind, name }: Workload): string[] =>
  containersOf(pod).flatMap((container) => {
    const { env = [], ports = [], volumeMounts = [], resources = {} } = container;
    const names = env.map((variable) => variable.name);
    const paths = volumeMounts.map(({ mountPath }) => mountPath);
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    const probed = probes.flatMap((probe) => probe?.httpGet?.port ?? []);
    const files = env.filter((variable) => variable.name.endsWith('_FILE'));
    const unread = files.filter(({ value = '' }) => {
      const mount = volumeMounts.find(({ mountPath }) => value.startsWith(`${mountPath}/`));
      const volume = pod.volumes?.find((one) => one.name === mount?.name);
      const keys = secrets[volume?.secret?.secretName ?? ''] ?? [];
      return !mount || !keys.includes(value.slice(mount.mountPath.length + 1));
    });
    const beyond = Object.entries(resources.limits ?? {}).filter(
      ([what, limit]) => quantityOf(resources.requests?.[what] ?? '0') > quantityOf(limit),
    );
    return [
      ...names.filter((one, index) => names.indexOf(one) !== index).map((one) => `sets ${one} twice`),
      ...paths.filter((one, index) => paths.indexOf(one) !== index).map((one) => `mounts ${one} twice`),
      ...probed
        .filter((port) => !ports.some((one) => one.name === port || one.containerPort === port))
        .map((port) => `is probed on ${port}, where it does not listen`),
      ...unread.map(({ name: variable, value }) => `has ${variable} ${value}, which no secret puts there`),
      ...beyond.map(([what]) => `requests more ${what} than its limit`),
    ].map((error) => `${kind} ${name}: ${container.name} ${error}`);
  });
