import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../cloud/template.ts';
import type { FunctionSpec } from '../cloud/template-functions.ts';
import { BUILD_DIR, buildFunctions, sourcesOf, stampOf } from '../offline/build.ts';
import { checkFunction } from './check-function.ts';
import type { LambdaFunction } from './types.ts';

/** Where functions come from. */
export type FunctionSource = {
  readonly template: Template;
  /** Folder of serverless.yml. */
  readonly serviceDir: string;
  /** What a function gets besides its own variables: the way to the local cloud. */
  readonly environmentOf: (key: string) => Readonly<Record<string, string>>;
};

const EXTENSIONS = ['cjs', 'mjs', 'js'];

const fileOf = (serviceDir: string, handler: string, extensions: readonly string[]): string | undefined =>
  extensions
    .map((extension) => join(serviceDir, `${handler.slice(0, handler.lastIndexOf('.'))}.${extension}`))
    .find((path) => existsSync(path));

const hashOf = (file: string): string => createHash('sha1').update(readFileSync(file)).digest('hex');

/** Code, handler and revision: of a bundle where the source is TypeScript, of the folder of serverless.yml as it is elsewhere. */
const codeOf = (serviceDir: string, { key, handler }: FunctionSpec, isBundled: boolean) => {
  if (isBundled) {
    const root = join(serviceDir, BUILD_DIR, key);
    return { root, handler: 'index.handler', revision: hashOf(join(root, 'index.cjs')) };
  }
  const file = fileOf(serviceDir, handler, EXTENSIONS);
  return { root: serviceDir, handler, revision: file === undefined ? 'none' : stampOf(file) };
};

const isTypeScript = (serviceDir: string, { handler }: FunctionSpec): boolean =>
  fileOf(serviceDir, handler, ['ts']) !== undefined;

/**
 * Every function of serverless.yml as it would be deployed: TypeScript is bundled, unless nothing has changed since the last time;
 * everything else is taken as it is.
 *
 * @throws Error naming the function, for what AWS refuses
 */
export const loadFunctions = async (source: FunctionSource): Promise<LambdaFunction[]> => {
  const { template, serviceDir, environmentOf } = source;
  for (const spec of template.functions) checkFunction(spec);
  const bundled = template.functions.filter((spec) => isTypeScript(serviceDir, spec));
  if (bundled.length > 0) await buildFunctions({ serviceDir, functions: bundled });
  return template.functions.map((spec) => ({
    key: spec.key,
    name: spec.name,
    arn: spec.arn,
    ...codeOf(serviceDir, spec, bundled.includes(spec)),
    memoryMb: spec.memorySize,
    timeoutMs: spec.timeout * 1_000,
    environment: { ...spec.environment, ...environmentOf(spec.key) },
    ...(spec.reservedConcurrency !== undefined && { reservedConcurrency: spec.reservedConcurrency }),
    ...(spec.logFormat !== undefined && { logFormat: spec.logFormat }),
  }));
};

/** The files on which the code of the functions depends: the sources of bundles, and handlers that are taken as they are. */
export const filesOf = ({ template, serviceDir }: FunctionSource): string[] => [
  ...sourcesOf(serviceDir),
  ...template.functions.flatMap(({ handler }) => fileOf(serviceDir, handler, EXTENSIONS) ?? []),
];
