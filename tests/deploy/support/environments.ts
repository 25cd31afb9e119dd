import type { V1EnvVar } from '@kubernetes/client-node';
import { readImage } from './dockerfile.ts';
import type { Manifest } from './kustomize.ts';
import { named, SERVICES, type ServiceName } from './overlays.ts';

/** Variables of a process, complete. */
export type Environment = Readonly<Record<string, string>>;

/** What a service's process and its migration's see, and what their pods themselves set. */
export type Environments = Readonly<
  Record<ServiceName, Readonly<Record<'service' | 'migration', Environment>>>
>;

/** A value from a secret is as good as any: only that there is one counts. */
const valueIn = ({ value, valueFrom }: V1EnvVar): string => value ?? `from-${valueFrom?.secretKeyRef?.key}`;

const setBy = (env: readonly V1EnvVar[] = []): Environment =>
  Object.fromEntries(env.map((variable) => [variable.name, valueIn(variable)]));

/** The variables of every service in an overlay: the image's own, and on top of them the pod's. */
export const environmentsOf = (manifests: readonly Manifest[]): Environments => {
  const of = (service: ServiceName) => {
    const { env } = readImage(service);
    const pods = {
      service: named(manifests, 'Deployment', service).spec?.template.spec,
      migration: named(manifests, 'Job', `migrate-${service}`).spec?.template.spec,
    };
    return {
      service: { ...env, ...setBy(pods.service?.containers[0]?.env) },
      migration: { ...env, ...setBy(pods.migration?.containers[0]?.env) },
    };
  };
  return Object.fromEntries(SERVICES.map((service) => [service, of(service)])) as unknown as Environments;
};
