import { dirname, resolve } from 'node:path';
import type { Template } from '../cloud/template.ts';
import { ensureLocalCloud } from '../offline/local-cloud.ts';
import {
  type Env,
  localPorts,
  localTemplate,
  makeFunctionEnvironment,
} from '../offline/local-environment.ts';
import { type LambdaService, makeLambdaService } from './concurrency/service.ts';
import { makeForwardEvent } from './forward-event.ts';
import { makeFrontDoors } from './front-doors.ts';
import { filesOf, loadFunctions } from './functions.ts';
import { makeDoor } from './http/door.ts';
import type { LogWriter } from './log-writer.ts';
import { makeControl } from './metrics/control.ts';
import { makeMetrics } from './metrics/metrics.ts';
import type { RuntimeOptions } from './options.ts';
import type { LambdaFunction, StartEnvironment } from './types.ts';
import { watchFiles } from './watch.ts';

/** What makes environments: `makeEnvironments` of environment/start.ts, or a test's own. */
export type Environments = {
  readonly start: StartEnvironment;
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly close: () => Promise<void>;
};

/** What the runtime stands on besides its options. */
export type LambdaDeps = {
  readonly env: Env;
  readonly makeEnvironments: (options: {
    readonly region: string;
    readonly onLog: (fn: LambdaFunction, line: string) => void;
  }) => Promise<Environments>;
  readonly log: LogWriter;
  /** Tells the person who watches: a rebuild, or why there was none. */
  readonly tell: (message: string) => void;
};

/** The running runtime. */
export type Lambda = {
  readonly ports: { readonly http: number; readonly invoke: number; readonly control: number };
  /** How processor and memory are limited, or why not. */
  readonly limits: Environments['limits'];
  /** Lets what runs end, for 5 s at most, and stops everything. */
  readonly stop: () => Promise<void>;
};

/** How long running invocations may go on after a stop, in ms. */
const DRAIN_MS = 5_000;

const needsCloud = ({ tables, queues, buckets, functions }: Template): boolean =>
  tables.length + queues.length + buckets.length > 0 ||
  functions.some(({ schedules }) => schedules.length > 0);

/**
 * Starts the runtime: functions, environments, HTTP API, Invoke API and control port, and the local cloud unless it runs already.
 *
 * @throws Error that names a port that is taken, or what in serverless.yml cannot be; everything is stopped then
 */
export const startLambda = async (options: RuntimeOptions, deps: LambdaDeps): Promise<Lambda> => {
  const { env, log } = deps;
  let notice: string | undefined;
  const tell = (message: string): void => {
    notice = `${new Date().toTimeString().slice(0, 8)}  ${message}`;
    deps.tell(message);
  };
  const cleanups: (() => unknown)[] = [];
  const cleanUp = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  const doorOf = async (port: number, what: string, option: string) => {
    const door = await makeDoor({ port, what, option });
    cleanups.push(door.close);
    return door;
  };
  try {
    const http = await doorOf(options.ports.http, 'HTTP API', '--httpPort');
    const invoke = await doorOf(options.ports.invoke, 'Invoke API', '--lambdaPort');
    const control = await doorOf(options.ports.control, 'control', '--controlPort');
    const file = resolve(options.config);
    const serviceDir = dirname(file);
    const ports = localPorts(http.port, invoke.port, env);
    const template = localTemplate(file, options.stage, ports, env);

    let cloud: Promise<{ stop(): void }> | undefined;
    const cloudUrl = async (): Promise<string> => {
      const { retryDelaysMs, stage } = options;
      cloud ??= ensureLocalCloud({ file, serviceDir, stage, ports, env, retryDelaysMs });
      await cloud;
      return `http://127.0.0.1:${ports.control}`;
    };
    cleanups.push(async () => (await cloud?.catch(() => undefined))?.stop());

    const metrics = makeMetrics(options.metricsMinutes * 60);
    let service: LambdaService | undefined;
    const facts = () => ({ ports: { http: http.port, invoke: invoke.port, control: control.port } });
    control.open(makeControl({ metrics, service: () => service, facts, notice: () => notice }));

    const [environments] = await Promise.all([
      deps.makeEnvironments({
        region: template.region,
        onLog: (fn, line) => log.write(`${fn.key} | ${line}`),
      }),
      needsCloud(template) && cloudUrl(),
    ]);
    cleanups.push(environments.close);
    const environmentOf = needsCloud(template)
      ? makeFunctionEnvironment(template, serviceDir, ports, env)
      : () => ({ AWS_REGION: template.region, AWS_DEFAULT_REGION: template.region });
    const source = { template, serviceDir, environmentOf };
    const { limits } = options;
    const running = makeLambdaService({
      functions: await loadFunctions(source),
      limits,
      start: environments.start,
      metrics,
    });
    cleanups.push(running.close);
    if (options.watch) {
      const reload = async (): Promise<void> => {
        try {
          running.update(await loadFunctions(source));
          tell('The functions were rebuilt: new environments have the new code.');
        } catch (error) {
          tell(`The functions were not rebuilt and keep their code: ${(error as Error).message}`);
        }
      };
      cleanups.push(watchFiles(() => filesOf(source), reload));
    }
    const doors = makeFrontDoors({
      template,
      service: running,
      forward: makeForwardEvent(cloudUrl),
      integrationTimeoutMs: options.integrationTimeoutMs,
    });
    service = running;
    http.openFast(doors.httpApi);
    invoke.open(doors.invokeApi);

    return {
      ports: facts().ports,
      limits: environments.limits,
      stop: async () => {
        for (const { shut } of [http, invoke]) shut();
        await running.idle(DRAIN_MS);
        await cleanUp();
        log.flush();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
};
