import type { Manifest } from './kustomize.ts';
import { selects } from './network.ts';
import { containersOf, ofKind, workloadsOf } from './overlays.ts';
import { isThere, labelsOf, ofContainers, ofPod, type Secrets } from './references-of-pods.ts';
import { labelErrors } from './syntax.ts';

const ofServices = (manifests: readonly Manifest[]): string[] =>
  ofKind(manifests, 'Service').flatMap(({ metadata, spec }) => {
    const found = workloadsOf(manifests).filter((one) =>
      selects({ matchLabels: spec?.selector ?? {} }, labelsOf(one)),
    );
    const [only] = found;
    if (!only || found.length > 1 || only.kind === 'Job')
      return [
        `Service ${metadata?.name} leads to ${found.map((one) => `${one.kind} ${one.name}`).join(', ') || 'nobody'}`,
      ];
    const ports = containersOf(only.pod).flatMap((container) => container.ports ?? []);
    return (spec?.ports ?? [])
      .filter(({ targetPort, port }) => {
        const target = targetPort ?? port;
        return !ports.some((one) => one.name === target || one.containerPort === target);
      })
      .map(({ targetPort }) => `Service ${metadata?.name} leads to port ${targetPort}, where nobody listens`);
  });

const ofIngress = (manifests: readonly Manifest[], secrets: Secrets): string[] =>
  ofKind(manifests, 'Ingress').flatMap(({ metadata, spec }) => {
    const backends = (spec?.rules ?? [])
      .flatMap(({ http }) => http?.paths ?? [])
      .map(({ backend }) => backend.service);
    const lost = backends.filter((backend) => {
      const service = ofKind(manifests, 'Service').find((one) => one.metadata?.name === backend?.name);
      const { name, number } = backend?.port ?? {};
      return !(service?.spec?.ports ?? []).some((port) => (name ? port.name === name : port.port === number));
    });
    const keys = (spec?.tls ?? []).flatMap(({ secretName }) => (secretName ? [secretName] : []));
    const hosts = (spec?.rules ?? []).flatMap(({ host }) => host ?? []);
    const covered = (spec?.tls ?? []).flatMap((tls) => tls.hosts ?? []);
    return [
      ...lost.map((backend) => `leads to ${backend?.name}, which has no such port or is not there`),
      ...keys.filter((key) => !secrets[key]).map((key) => `shows certificate ${key}, which nobody makes`),
      ...(covered.length > 0 ? hosts.filter((host) => !covered.includes(host)) : []).map(
        (host) => `has no TLS for ${host}`,
      ),
    ].map((error) => `Ingress ${metadata?.name} ${error}`);
  });

const ofScaling = (manifests: readonly Manifest[]): string[] => {
  const deployments = workloadsOf(manifests).filter(({ kind }) => kind === 'Deployment');
  const scaled = ofKind(manifests, 'HorizontalPodAutoscaler').flatMap(({ metadata, spec }) => {
    const target = spec?.scaleTargetRef;
    const found = ofKind(manifests, 'Deployment').find((one) => one.metadata?.name === target?.name);
    const error = (text: string) => [`HorizontalPodAutoscaler ${metadata?.name} ${text}`];
    if (!found || target?.kind !== 'Deployment' || target.apiVersion !== found.apiVersion)
      return error('scales nobody');
    return found.spec?.replicas === undefined ? [] : error('fights with the replicas of its deployment');
  });
  const budgets = ofKind(manifests, 'PodDisruptionBudget').flatMap(({ metadata, spec }) => {
    const found = workloadsOf(manifests).filter((one) => selects(spec?.selector ?? {}, labelsOf(one)));
    const only = found.length === 1 && found[0]?.kind === 'Deployment';
    return only ? [] : [`PodDisruptionBudget ${metadata?.name} is for ${found.length} workloads`];
  });
  const unselected = ofKind(manifests, 'Deployment').flatMap(({ metadata, spec }) => {
    const found = workloadsOf(manifests).filter((one) => selects(spec?.selector ?? {}, labelsOf(one)));
    const only = found.length === 1 && found[0]?.name === metadata?.name;
    return only
      ? []
      : [`Deployment ${metadata?.name} takes the pods of ${found.length} workloads for its own`];
  });
  const bare = deployments.flatMap(({ name }) =>
    (['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Service'] as const)
      .filter((kind) => !isThere(manifests, kind, name))
      .map((kind) => `Deployment ${name} has no ${kind}`),
  );
  return [...scaled, ...budgets, ...unselected, ...bare];
};

const ofPolicies = (manifests: readonly Manifest[]): string[] =>
  ofKind(manifests, 'NetworkPolicy').flatMap(({ metadata, spec }) => {
    const pods = workloadsOf(manifests).map(labelsOf);
    const rules = [...(spec?.ingress ?? []), ...(spec?.egress ?? [])] as Record<string, unknown>[];
    const peers = rules.flatMap(
      (rule) => (rule['from'] ?? rule['to'] ?? []) as { podSelector?: object; namespaceSelector?: object }[],
    );
    const ours = [
      spec?.podSelector ?? {},
      ...peers.flatMap((peer) => (peer.namespaceSelector ? [] : (peer.podSelector ?? []))),
    ];
    return ours
      .filter((selector) => !pods.some((labels) => selects(selector, labels)))
      .map(
        (selector) => `NetworkPolicy ${metadata?.name} is for ${JSON.stringify(selector)}, which is nobody`,
      );
  });

const ofNames = (manifests: readonly Manifest[]): string[] => {
  const keys = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return [
    ...keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} is there twice`),
    ...manifests.flatMap(labelErrors),
    ...manifests
      .filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'duet')
      .map(({ kind, metadata }) => `${kind} ${metadata.name} lies in another namespace`),
  ];
};

/**
 * What points at nothing, or at the wrong thing, in what an overlay applies. Empty when all of it fits together.
 *
 * @param external secrets that the reader is told to make
 */
export const brokenReferences = (manifests: readonly Manifest[], external: Secrets): string[] => {
  const made = ofKind(manifests, 'Secret').map(({ metadata, data }) => [
    metadata?.name,
    Object.keys(data ?? {}),
  ]);
  const secrets: Secrets = { ...external, ...Object.fromEntries(made) };
  return [
    ...ofNames(manifests),
    ...workloadsOf(manifests).flatMap((one) => [
      ...ofPod(manifests, secrets, one),
      ...ofContainers(secrets, one),
    ]),
    ...ofServices(manifests),
    ...ofIngress(manifests, secrets),
    ...ofScaling(manifests),
    ...ofPolicies(manifests),
  ];
};
