import { join } from 'node:path';
import type { Template } from '../cloud/template.ts';
import { makeCors } from '../lambda/http/cors.ts';
import { makeHttpApi } from '../lambda/http/http-api.ts';
import { routesOf } from '../lambda/http/http-routes.ts';
import { listenerOf } from '../lambda/http/node-listener.ts';
import { makeInvokeApi } from '../lambda/invoke/invoke-api.ts';
import { BUILD_DIR, buildFunctions } from './build.ts';
import { ensureLocalCloud } from './local-cloud.ts';
import { type Env, localPorts, localTemplate, makeFunctionEnvironment } from './local-environment.ts';
import { patchServerlessOffline } from './patch-serverless-offline.ts';
import { type Invoke, makeInvoke, type OfflineLambda } from './runtime.ts';
import type { CliOptions, Serverless } from './serverless-types.ts';

/** Environments that one function may have at once on a laptop; further invocations wait their turn. */
const CONCURRENCY = 8;

const setting = (serverless: Serverless, options: CliOptions, name: string): unknown => {
  const custom = serverless.service.custom?.['serverless-offline'] as Record<string, unknown> | undefined;
  return options[name] ?? custom?.[name];
};

/** What answers on the two ports. Both share one way to invoke, so that its limits hold for both together. */
const listenersOf = ({ functions, cors }: Template) => {
  const facts = new Map(functions.map(({ key, name, timeout }) => [key, { key, name, timeout }]));
  let invoke: Invoke | undefined;
  const invokeOf = (lambda: OfflineLambda): Invoke => {
    invoke ??= makeInvoke(lambda, facts, CONCURRENCY);
    return invoke;
  };
  return {
    httpApi: (lambda: OfflineLambda) =>
      listenerOf(
        makeHttpApi({
          routes: routesOf(functions),
          ...(cors && { cors: makeCors(cors) }),
          invoke: (key, payload) => invokeOf(lambda)(key, JSON.parse(payload)),
        }),
      ),
    invokeApi: (lambda: OfflineLambda) =>
      makeInvokeApi({
        functions,
        call: async (key, { payload, clientContext }) => {
          const context = clientContext === undefined ? undefined : JSON.parse(clientContext);
          const outcome = await invokeOf(lambda)(key, JSON.parse(payload), context);
          const text = outcome.ok ? outcome.payload : JSON.stringify(outcome.error);
          return { ok: outcome.ok, payload: text, logTail: '' };
        },
        // Run once, at once: retries are the local Lambda runtime's
        enqueue: async (key, payload) => void invokeOf(lambda)(key, JSON.parse(payload)),
      }),
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
