import { join } from 'node:path';
import type { Template } from '../cloud/template.ts';
import { BUILD_DIR, buildFunctions } from './build.ts';
import { makeHttpApi } from './http-api.ts';
import type { HttpRoute } from './http-routes.ts';
import { makeInvokeApi } from './invoke-api.ts';
import { ensureLocalCloud } from './local-cloud.ts';
import { type Env, localPorts, localTemplate, makeFunctionEnvironment } from './local-environment.ts';
import { patchServerlessOffline } from './patch-serverless-offline.ts';
import { makeInvoke, type OfflineLambda } from './runtime.ts';
import type { CliOptions, Serverless } from './serverless-types.ts';

/** Environments that one function may have at once on a laptop; further invocations wait their turn. */
const CONCURRENCY = 8;

const routesOf = (template: Template): HttpRoute[] =>
  template.functions.flatMap(({ key, httpApi }) =>
    httpApi.map(({ method, path }) => ({
      functionKey: key,
      routeKey: path === '*' ? '$default' : `${method === '*' ? 'ANY' : method} ${path}`,
    })),
  );

const setting = (serverless: Serverless, options: CliOptions, name: string): unknown => {
  const custom = serverless.service.custom?.['serverless-offline'] as Record<string, unknown> | undefined;
  return options[name] ?? custom?.[name];
};

/** What answers on the two ports. Both share one way to invoke, so that its limits hold for both together. */
const listenersOf = (template: Template) => {
  const facts = new Map(template.functions.map(({ key, name, timeout }) => [key, { key, name, timeout }]));
  let invoke: ReturnType<typeof makeInvoke> | undefined;
  const invokeOf = (lambda: OfflineLambda) => {
    invoke ??= makeInvoke(lambda, facts, CONCURRENCY);
    return invoke;
  };
  return {
    httpApi: (lambda: OfflineLambda) => makeHttpApi(routesOf(template), invokeOf(lambda)),
    invokeApi: (lambda: OfflineLambda) => makeInvokeApi(facts, invokeOf(lambda)),
  };
};

/**
 * Everything that `serverless offline` needs before it starts: bundles, the local cloud, the functions' local environments,
 * the corrected serverless-offline. The parts that do not wait for each other run at the same time.
 *
 * @param serverless osls
 * @param options the command line
 * @param env this process's environment
 */
export const prepareOffline = async (
  serverless: Serverless,
  options: CliOptions,
  env: Env,
): Promise<void> => {
  const { service, serviceDir } = serverless;
  const file = join(serviceDir, serverless.configurationFilename ?? 'serverless.yml');
  const { stage } = service.provider;
  const port = (name: string): number => Number(setting(serverless, options, name));
  const ports = localPorts(port('httpPort'), port('lambdaPort'), env);
  const template = localTemplate(file, stage, ports, env);
  const needsCloud = template.tables.length + template.queues.length + template.buckets.length > 0;

  const [cloud] = await Promise.all([
    needsCloud ? ensureLocalCloud({ file, serviceDir, stage, ports, env }) : undefined,
    buildFunctions({ serviceDir, functions: template.functions }),
    patchServerlessOffline(listenersOf(template)),
  ]);
  process.on('exit', () => cloud?.stop());

  const cloudOf = needsCloud ? makeFunctionEnvironment(template, serviceDir, ports, env) : undefined;
  for (const { key, environment } of template.functions) {
    const definition = service.functions[key];
    if (!definition) continue;
    definition.handler = `${BUILD_DIR}/${key}/index.handler`;
    definition.environment = { ...environment, ...cloudOf?.(key) };
  }
  service.provider.environment = undefined;
};
