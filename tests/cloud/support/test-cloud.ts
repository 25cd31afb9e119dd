/** A local cloud of the fixture template in a folder of its own, with the fake runtime, on free ports. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud/start-cloud.ts';
import type { Service } from './aws.ts';
import { type FakeFunction, type FakeRuntime, startRuntime } from './fake-runtime.ts';

/** The fixture: a serverless.yml with every kind of trigger. */
export const FIXTURE = fileURLToPath(new URL('../fixtures/serverless.yml', import.meta.url));

/** A cloud under test; `logged` holds what it reported. */
export type TestCloud = {
  readonly cloud: Cloud;
  readonly runtime: FakeRuntime;
  readonly dataDir: string;
  readonly logged: string[];
  readonly dynamodb: Service;
  readonly sqs: Service;
  readonly s3: Service;
  readonly close: () => Promise<void>;
};

/** A new folder for data. */
export const makeDataDir = (): string => mkdtempSync(join(tmpdir(), 'cloud-test-'));

/** How a port is reached with the credentials of a cloud. */
const serviceOf = (cloud: Pick<Cloud, 'credentials' | 'template'>, port: number): Service => ({
  region: cloud.template.region,
  credentials: cloud.credentials,
  port,
});

/** Functions of the fixture that only say yes. */
export const QUIET: Record<string, FakeFunction> = {
  'shop-test-sweep': () => null,
  'shop-test-settle': () => null,
};

/** Starts a cloud and a runtime with these functions besides `QUIET`. */
export const startTestCloud = async (
  functions: Record<string, FakeFunction> = {},
  options: Partial<CloudOptions> = {},
): Promise<TestCloud> => {
  const runtime = await startRuntime({ ...QUIET, ...functions });
  const dataDir = options.dataDir ?? makeDataDir();
  const logged: string[] = [];
  const cloud = await startCloud({
    template: FIXTURE,
    stage: 'test',
    dataDir,
    ports: { dynamodb: 0, sqs: 0, s3: 0, control: 0 },
    invokeUrl: runtime.url,
    retryDelaysMs: [10, 20],
    log: {
      info: (message) => void logged.push(message),
      error: (message, error) =>
        void logged.push(`${message}${error === undefined ? '' : `: ${String(error)}`}`),
    },
    ...options,
  });
  return {
    cloud,
    runtime,
    dataDir,
    logged,
    dynamodb: serviceOf(cloud, cloud.ports.dynamodb),
    sqs: serviceOf(cloud, cloud.ports.sqs),
    s3: serviceOf(cloud, cloud.ports.s3),
    close: async () => {
      await cloud.close();
      await runtime.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
