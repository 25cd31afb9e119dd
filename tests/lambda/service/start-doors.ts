import type { CorsSpec } from '../../../local/cloud/template-cors.ts';
import { usualLimits } from '../../../local/lambda/concurrency/limits.ts';
import { makeLambdaService } from '../../../local/lambda/concurrency/service.ts';
import { makeFrontDoors } from '../../../local/lambda/front-doors.ts';
import { makeDoor } from '../../../local/lambda/http/door.ts';
import { makeMetrics } from '../../../local/lambda/metrics/metrics.ts';
import type { FunctionError, Invocation, StartEnvironment } from '../../../local/lambda/types.ts';
import { fakeFunction } from './fake-environments.ts';

/** A function of the test: its routes, and what it does with its event. Throwing a FunctionError is its error. */
export type TestFunction = {
  readonly routes?: readonly string[];
  readonly run: (event: never, invocation: Invocation) => unknown;
  readonly reservedConcurrency?: number;
};

/** The two doors, open, and the events that were forwarded. */
export type Doors = {
  readonly http: string;
  readonly httpPort: number;
  readonly invoke: string;
  readonly forwarded: { readonly name: string; readonly payload: string; readonly requestId: string }[];
  readonly close: () => Promise<void>;
};

/** A function's error, to be thrown. */
export const functionError = (error: FunctionError): FunctionError => error;

const environmentsOf =
  (functions: Readonly<Record<string, TestFunction>>): StartEnvironment =>
  (fn) => ({
    id: fn.key,
    ...{ pid: undefined, createdAt: 0, initialised: Promise.resolve(), gone: new Promise(() => undefined) },
    ...{ stop: async () => undefined, sendAhead: () => false, takeBack: () => true },
    invoke: async (invocation) => {
      const rest = {
        durationMs: 1,
        billedMs: 1,
        maxMemoryMb: 1,
        logTail: 'START\nEND',
        environmentLost: false,
      };
      try {
        const result = await functions[fn.key]?.run(JSON.parse(invocation.payload) as never, invocation);
        const payload = JSON.stringify(result) ?? 'null';
        return { ...rest, status: 'success', outcome: { ok: true, payload } };
      } catch (error) {
        return { ...rest, status: 'error', outcome: { ok: false, error: error as FunctionError } };
      }
    },
  });

const makeTestDoor = () => makeDoor({ port: 0, what: 'the test', option: 'none' });

/** Opens the doors of functions that are named `shop-test-KEY`. */
export const openDoors = async (
  functions: Readonly<Record<string, TestFunction>>,
  options: {
    readonly cors?: CorsSpec;
    readonly integrationTimeoutMs?: number;
    readonly forwards?: boolean;
  } = {},
): Promise<Doors> => {
  const { forwards = true, ...given } = options;
  const forwarded: Doors['forwarded'] = [];
  const deployed = Object.entries(functions).map(([key, { routes = [], reservedConcurrency }]) => ({
    ...fakeFunction(key, reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    httpApi: routes.map((route) => {
      const [method = '*', path = '*'] = route.split(' ');
      return { method, path };
    }),
  }));
  const service = makeLambdaService({
    functions: deployed,
    limits: usualLimits(),
    start: environmentsOf(functions),
    metrics: makeMetrics(60),
  });
  const { cors, integrationTimeoutMs } = given;
  const { httpApi, invokeApi } = makeFrontDoors({
    template: { functions: deployed as never, ...(cors && { cors }) },
    service,
    forward: async (name, payload, requestId) => {
      if (!forwards) throw new Error('the cloud is away');
      forwarded.push({ name, payload, requestId });
    },
    ...(integrationTimeoutMs !== undefined && { integrationTimeoutMs }),
  });
  const [http, invoke] = await Promise.all([makeTestDoor(), makeTestDoor()]);
  http.openFast(httpApi);
  invoke.open(invokeApi);
  return {
    http: `http://127.0.0.1:${http.port}`,
    httpPort: http.port,
    invoke: `http://127.0.0.1:${invoke.port}`,
    forwarded,
    close: async () => {
      await Promise.all([http.close(), invoke.close()]);
      await service.close();
    },
  };
};
