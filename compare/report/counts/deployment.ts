import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { filesUnder } from './lines.ts';

const OneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const LambdaFunction = z.object({
  events: z.array(z.record(z.string(), z.unknown())).default([]),
  iamRoleStatements: z.array(z.object({ Action: OneOrMore })).optional(),
});

const ServerlessFile = z.object({
  functions: z.record(z.string(), LambdaFunction).default({}),
  resources: z
    .object({ Resources: z.record(z.string(), z.object({ Type: z.string() })).default({}) })
    .default({ Resources: {} }),
});

const ComposeFile = z.object({
  name: z.string().default('duet'),
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      restart: z.string().optional(),
      volumes: z.array(z.unknown()).default([]),
      networks: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default([]),
    }),
  ),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) }).nullable()).default({}),
});

const Manifest = z.object({
  kind: z.string(),
  spec: z
    .object({
      ingress: z.array(z.object({ from: z.array(z.unknown()).default([]) })).optional(),
      egress: z.array(z.object({ to: z.array(z.unknown()).default([]) })).optional(),
    })
    .optional()
    .catch(undefined),
});
/** A document of Kubernetes, as far as it is counted. */
export type KubernetesManifest = z.output<typeof Manifest>;

const textOf = (root: string, file: string): string | undefined =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined;

/** serverless.yml; undefined when it is not there. */
export const readServerless = (root: string): z.output<typeof ServerlessFile> | undefined => {
  const text = textOf(root, 'serverless.yml');
  return text === undefined ? undefined : ServerlessFile.parse(parse(text, { merge: true }));
};

/** docker-compose.yml after its merges; undefined when it is not there. */
export const readCompose = (root: string): z.output<typeof ComposeFile> | undefined => {
  const text = textOf(root, 'docker-compose.yml');
  return text === undefined ? undefined : ComposeFile.parse(parse(text, { merge: true }));
};

/** The documents of deploy/kubernetes/base, without what is no manifest. */
export const readKubernetes = (root: string): KubernetesManifest[] =>
  filesUnder(join(root, 'deploy/kubernetes/base'))
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => [...parseAllDocuments(readFileSync(file, 'utf8'))])
    .flatMap((document) => Manifest.safeParse(document.toJS()).data ?? []);

/** Names of the loop in the script that makes the databases; empty when it is not there. */
export const databaseRoles = (root: string): string[] => {
  const text = textOf(root, 'deploy/compose/setup/make-databases.sh') ?? '';
  const names = /^for SERVICE in ([^;]+);/m.exec(text)?.[1] ?? '';
  return /CREATE ROLE/.test(text) ? names.trim().split(/\s+/).filter(Boolean) : [];
};
