import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { applyJsonPatch, JsonPatch } from './json-patch.ts';
import { readYaml } from './read-yaml.ts';

/** A Kubernetes object. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: unknown;
  data?: Record<string, string>;
};

/** The features of kustomize that this renderer has. Whatever else a kustomization.yaml says is refused, never skipped. */
const Kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  labels: z.array(z.strictObject({ pairs: z.record(z.string(), z.string()) })).default([]),
  resources: z.array(z.string()),
  images: z
    .array(z.strictObject({ name: z.string(), newName: z.string().optional(), newTag: z.string() }))
    .default([]),
  generatorOptions: z.strictObject({ disableNameSuffixHash: z.literal(true) }).optional(),
  secretGenerator: z.array(z.strictObject({ name: z.string(), files: z.array(z.string()) })).default([]),
  patches: z
    .array(
      z.strictObject({
        target: z.strictObject({ kind: z.string(), name: z.string().optional() }),
        patch: z.string(),
      }),
    )
    .default([]),
});

const CLUSTER_SCOPED = ['Namespace'];

const resourcesOf = (path: string): Manifest[] =>
  statSync(path).isDirectory() ? renderKustomization(path) : (readYaml(path) as Manifest[]);

const makeSecret = (folder: string, { name, files }: { name: string; files: string[] }): Manifest => {
  const data = files.map((entry) => {
    const [key = '', path = key] = entry.split('=', 2);
    return [key, readFileSync(join(folder, path)).toString('base64')] as const;
  });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    data: Object.fromEntries(data),
    ...{ type: 'Opaque' },
  };
};

type Containers = { image: string }[] | undefined;
type WithPods = { template?: { spec?: { containers?: Containers; initContainers?: Containers } } };

const renameImages = (manifest: Manifest, images: z.output<typeof Kustomization>['images']): void => {
  const pod = (manifest.spec as WithPods | undefined)?.template?.spec;
  for (const container of [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]) {
    const name = container.image.replace(/:[^:/]+$/, '');
    const image = images.find((one) => one.name === name);
    if (image) container.image = `${image.newName ?? name}:${image.newTag}`;
  }
};

/** Whether kustomize would take a pattern, which it anchors at both ends, for a value. No pattern takes every value. */
const takes = (pattern: string | undefined, value: string): boolean =>
  pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value);

/**
 * What `kubectl kustomize FOLDER` makes, for kustomizations that keep to the features above; render.test.ts compares the
 * two wherever kubectl is installed.
 *
 * @throws Error for a feature that is missing here, a file that is not there, and a patch that meets nothing
 */
export const renderKustomization = (folder: string): Manifest[] => {
  const file = join(folder, 'kustomization.yaml');
  const parsed = Kustomization.safeParse(readYaml(file)[0]);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const { namespace, labels, resources, images, secretGenerator, patches, generatorOptions } = parsed.data;
  if (secretGenerator.length > 0 && !generatorOptions)
    throw new Error(`${file}: hashes in names are missing here`);

  const manifests = resources.flatMap((path) => resourcesOf(join(folder, path)));
  manifests.push(...secretGenerator.map((secret) => makeSecret(folder, secret)));
  for (const { target, patch } of patches) {
    const met = manifests.filter(
      ({ kind, metadata }) => takes(target.kind, kind) && takes(target.name, metadata.name),
    );
    if (met.length === 0) throw new Error(`${file}: no object for the patch of ${JSON.stringify(target)}`);
    for (const manifest of met) applyJsonPatch(manifest, JsonPatch.parse(parse(patch)));
  }
  for (const manifest of manifests) {
    if (namespace && !CLUSTER_SCOPED.includes(manifest.kind)) manifest.metadata.namespace = namespace;
    if (namespace && manifest.kind === 'Namespace') manifest.metadata.name = namespace;
    for (const { pairs } of labels) manifest.metadata.labels = { ...manifest.metadata.labels, ...pairs };
    renameImages(manifest, images);
  }
  return manifests;
};
