import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  V1Deployment,
  V1Ingress,
  V1Job,
  V1NetworkPolicy,
  V1PersistentVolumeClaim,
  V1PodDisruptionBudget,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { type Manifest, renderKustomization } from './kustomize.ts';

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The two overlays. */
export const OVERLAYS = ['local', 'production'] as const;

/** The services, in the order of who is needed first. */
export const SERVICES = ['auth', 'inventory', 'orders'] as const;

/** Name of a service. */
export type ServiceName = (typeof SERVICES)[number];

/** The kinds of objects that the overlays hold. */
export type Kinds = {
  Deployment: V1Deployment;
  StatefulSet: V1StatefulSet;
  Job: V1Job;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
  Secret: V1Secret;
  Ingress: V1Ingress;
  NetworkPolicy: V1NetworkPolicy;
  PodDisruptionBudget: V1PodDisruptionBudget;
  HorizontalPodAutoscaler: V2HorizontalPodAutoscaler;
  PersistentVolumeClaim: V1PersistentVolumeClaim;
};

/** Where make-secrets.sh puts what it makes. */
export const SECRETS = 'overlays/local/made-by-make-secrets.sh';

/** Calls `work` with a copy of deploy/kubernetes in which the secrets of the local overlay are made, and removes it. */
export const withMadeSecrets = <T>(work: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-kubernetes-'));
  try {
    cpSync(join(ROOT, 'deploy', 'kubernetes'), folder, { recursive: true });
    rmSync(join(folder, SECRETS), { recursive: true, force: true });
    for (const owner of ['postgres', ...SERVICES]) {
      const made = join(folder, SECRETS, owner);
      mkdirSync(made, { recursive: true });
      writeFileSync(join(made, 'password'), `password-of-${owner}`);
      if (owner !== 'postgres')
        writeFileSync(
          join(made, 'database-url'),
          `postgres://${owner}:password-of-${owner}@postgres:5432/${owner}\n`,
        );
    }
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Everything that an overlay applies. A copy: tests may break it. */
export const renderOverlay = (overlay: (typeof OVERLAYS)[number]): Manifest[] =>
  withMadeSecrets((folder) => renderKustomization(join(folder, 'overlays', overlay)));

/** The objects of one kind. */
export const ofKind = <K extends keyof Kinds>(manifests: readonly Manifest[], kind: K): Kinds[K][] =>
  manifests.filter((manifest) => manifest.kind === kind) as unknown as Kinds[K][];

/** One object. @throws Error when it is not there */
export const named = <K extends keyof Kinds>(
  manifests: readonly Manifest[],
  kind: K,
  name: string,
): Kinds[K] => {
  const found = ofKind(manifests, kind).find(({ metadata }) => metadata?.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}`);
  return found;
};

/** What makes pods, with the pods that it makes. */
export type Workload = {
  readonly kind: 'Deployment' | 'StatefulSet' | 'Job';
  readonly name: string;
  readonly template: V1PodTemplateSpec;
  readonly pod: V1PodSpec;
};

/** All that makes pods. */
export const workloadsOf = (manifests: readonly Manifest[]): Workload[] =>
  (['Deployment', 'StatefulSet', 'Job'] as const).flatMap((kind) =>
    ofKind(manifests, kind).flatMap(({ metadata, spec }) => {
      const template = spec?.template;
      return template?.spec ? [{ kind, name: metadata?.name ?? '', template, pod: template.spec }] : [];
    }),
  );

/** Every container of a pod, those that run first included. */
export const containersOf = (pod: V1PodSpec): V1PodSpec['containers'] => [
  ...(pod.initContainers ?? []),
  ...pod.containers,
];
