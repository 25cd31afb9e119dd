import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Stack } from '../compare/find-stacks.ts';
import { loadTemplate } from '../local/cloud/template.ts';
import { LOCAL_STAGE } from '../local/stacks-serverless.ts';
import { makeTransport } from '../shared/contract/transport.ts';
import { environment } from '../shared/kernel/config.ts';
import { type MakeEvent, makeEvents } from './cold-events.ts';
import { figureOf, type Line } from './statistics.ts';

const Outcome = z.object({ importMs: z.number(), callMs: z.number(), error: z.string().nullable() });

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const CHILD = pathOf('./cold-child.cjs');

/** What a function of the running local stack is given: `env` leads to the local cloud. */
export type ColdOptions = {
  readonly stack: Stack;
  readonly env: Readonly<Record<string, string>>;
  readonly httpPort: number;
  readonly photo: Uint8Array<ArrayBuffer>;
  /** Cold starts of each function. */
  readonly runs: number;
};

/**
 * Cold start of every function that uses DynamoDB: import of its bundle and its first call, in a fresh process each time,
 * against the local cloud. The functions take turns, and a bare signed GetItem takes its turn among them.
 *
 * @throws Error when a function did not serve its first call
 */
export const measureColdStarts = async (options: ColdOptions): Promise<readonly Line[]> => {
  const { stack, env, httpPort, runs } = options;
  const sqsPort = Number(new URL(env['AWS_ENDPOINT_URL_SQS'] ?? '').port);
  const template = loadTemplate({
    file: pathOf('../serverless.yml'),
    stage: LOCAL_STAGE,
    ports: { sqs: sqsPort, httpApi: httpPort },
    env: environment(),
  });
  const environments = new Map(template.functions.map((fn) => [fn.key, fn.environment]));
  const folder = mkdtempSync(join(tmpdir(), 'duet-cold-'));
  const transport = makeTransport();
  const start = async (
    bundle: string,
    event: unknown,
    own: Readonly<Record<string, string>>,
  ): Promise<number> => {
    const file = join(folder, 'event.json');
    writeFileSync(file, JSON.stringify(event));
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, bundle, file], {
      env: { PATH: environment()['PATH'], STORE: 'dynamodb', LOG_LEVEL: 'error', ...own, ...env },
      timeout: 30_000,
    });
    const { importMs, callMs, error } = Outcome.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    if (error !== null) throw new Error(`${bundle}: ${error}`);
    return importMs + callMs;
  };
  try {
    const events = await makeEvents(stack, transport, options.photo);
    const times = new Map(Object.keys(events).map((key) => [key, [] as number[]]));
    const baseline: number[] = [];
    const bare = {
      endpoint: env['AWS_ENDPOINT_URL_DYNAMODB'],
      region: env['AWS_REGION'],
      table: environments.get('getJwks')?.['AUTH_TABLE'],
      credentials: { accessKeyId: env['AWS_ACCESS_KEY_ID'], secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] },
    };
    for (let run = 0; run < runs; run += 1) {
      baseline.push(await start(pathOf('./cold-baseline.cjs'), bare, {}));
      for (const [key, makeEvent] of Object.entries(events) as [string, MakeEvent][]) {
        const bundle = pathOf(`../.build/${key}/index.cjs`);
        times.get(key)?.push(await start(bundle, await makeEvent(), environments.get(key) ?? {}));
      }
    }
    const baselineLine: Line = {
      name: 'cold start, a bare signed GetItem',
      unit: 'ms',
      ours: figureOf(baseline),
    };
    const lines = [...times].map(
      ([key, ms]): Line => ({ name: `cold start, ${key}`, unit: 'ms', ours: figureOf(ms), target: 85 }),
    );
    return [baselineLine, ...lines];
  } finally {
    await transport.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
