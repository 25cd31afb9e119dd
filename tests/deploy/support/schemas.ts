import * as client from '@kubernetes/client-node';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, PersistentVolumeClaim, Secret, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './kustomize.ts';

/** Kubernetes' JSON schema of a kind, as a class with `validate()`, which throws what is missing, mistyped or out of range. */
type Model = new (data: never) => { validate: () => void };

/** What the overlays may hold: with its JSON schema, and the name of its type in the generated client. */
const kinds: Readonly<Record<string, { readonly model: Model; readonly type: string }>> = {
  'v1 Namespace': { model: Namespace, type: 'V1Namespace' },
  'v1 Service': { model: Service, type: 'V1Service' },
  'v1 ServiceAccount': { model: ServiceAccount, type: 'V1ServiceAccount' },
  'v1 Secret': { model: Secret, type: 'V1Secret' },
  'v1 PersistentVolumeClaim': { model: PersistentVolumeClaim, type: 'V1PersistentVolumeClaim' },
  'apps/v1 Deployment': { model: Deployment, type: 'V1Deployment' },
  'apps/v1 StatefulSet': { model: StatefulSet, type: 'V1StatefulSet' },
  'batch/v1 Job': { model: Job, type: 'V1Job' },
  'autoscaling/v2 HorizontalPodAutoscaler': {
    model: HorizontalPodAutoscaler,
    type: 'V2HorizontalPodAutoscaler',
  },
  'policy/v1 PodDisruptionBudget': { model: PodDisruptionBudget, type: 'V1PodDisruptionBudget' },
  'networking.k8s.io/v1 Ingress': { model: Ingress, type: 'V1Ingress' },
  'networking.k8s.io/v1 NetworkPolicy': { model: NetworkPolicy, type: 'V1NetworkPolicy' },
};

type Attribute = { readonly baseName: string; readonly type: string };

const attributesOf = (type: string): readonly Attribute[] | undefined => {
  const known = (client as Readonly<Record<string, unknown>>)[type];
  const map = (known as { getAttributeTypeMap?: () => Attribute[] } | undefined)?.getAttributeTypeMap;
  return map?.();
};

/**
 * Names the fields that Kubernetes does not know, which it drops or refuses: the JSON schemas let any pass. Walks the
 * attributes of the generated client; its types are `V1Pod`, `Array<V1Pod>`, `{ [key: string]: V1Pod; }` and those without fields.
 */
const unknownFields = (value: unknown, type: string, path: string): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const item = /^Array<(.+)>$/.exec(type)?.[1];
  if (item) {
    const items = Array.isArray(value) ? value : [];
    return items.flatMap((one, index) => unknownFields(one, item, `${path}[${index}]`));
  }
  const member = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  const attributes = member ? undefined : attributesOf(type);
  if (!member && !attributes) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const known = member ?? attributes?.find(({ baseName }) => baseName === name)?.type;
    return known
      ? unknownFields(field, known, `${path}.${name}`)
      : [`${path}.${name} is no field of ${type}`];
  });
};

/** What Kubernetes would not take, or would not understand, of an object; each with its path. Empty for a good one. */
export const schemaErrors = (manifest: Manifest): string[] => {
  const { apiVersion, kind, metadata } = manifest;
  const known = kinds[`${apiVersion} ${kind}`];
  const at = `${kind} ${metadata?.name}`;
  if (!known) return [`${at}: there is no ${kind} in ${apiVersion}, or not in these tests`];
  const errors = unknownFields(manifest, known.type, at);
  try {
    new known.model(manifest as never).validate();
  } catch (error) {
    errors.push(`${at}: ${(error as Error).message}`);
  }
  return errors;
};
