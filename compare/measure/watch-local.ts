import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Component } from '../results/run-record.ts';
import type { Sample, StackSample, Watch } from './types.ts';
import { watchProcess } from './watch-process.ts';

const RECORD = fileURLToPath(new URL('../../local/record.ts', import.meta.url));

const LambdaSecond = z.object({
  second: z.int(),
  busy: z.int(),
  coldStarts: z.int(),
  throttles: z.int(),
  errors: z.int(),
  billedGbSeconds: z.number(),
});

const Stack = z.object({
  lambda: z.object({ environments: z.int(), seconds: z.array(LambdaSecond) }).nullable(),
  queues: z.object({ waiting: z.int(), inFlight: z.int(), pendingInvocations: z.int() }).nullable(),
  outbox: z.array(z.object({ pending: z.int(), ageSeconds: z.number() })).nullable(),
});

/** A line of `local/record.ts`. */
const Line = z.object({
  at: z.number(),
  processes: z.array(
    z.object({
      name: z.string(),
      component: Component,
      instances: z.int(),
      cpuSeconds: z.number(),
      memoryBytes: z.number(),
    }),
  ),
  stacks: z.object({ microservices: Stack.optional(), serverless: Stack.optional() }),
});

/** The three services; each is one process. */
const SERVICES = 3;

/** The sample of a line of `local/record.ts` about a stack that runs alone. */
export const sampleOfLine = (line: string, style: 'microservices' | 'serverless'): Sample => {
  const { at, processes, stacks } = Line.parse(JSON.parse(line));
  const { lambda, queues, outbox } = stacks[style] ?? { lambda: null, queues: null, outbox: null };
  const now: StackSample = {
    instances: style === 'microservices' ? SERVICES : (lambda?.environments ?? null),
    queueDepth: queues && queues.waiting + queues.inFlight + queues.pendingInvocations,
    outboxPending: outbox?.reduce((sum, { pending }) => sum + pending, 0) ?? null,
    outboxAgeSeconds: outbox && Math.max(0, ...outbox.map(({ ageSeconds }) => ageSeconds)),
  };
  const seconds = (lambda?.seconds ?? []).map(({ second, ...figures }) => [second, figures] as const);
  return { at, kinds: processes, now, seconds: new Map(seconds) };
};

/** Watches the stack that runs on a data directory. */
export const watchLocal = (data: string, style: 'microservices' | 'serverless', logDir: string): Watch =>
  watchProcess({
    name: 'record',
    args: [RECORD, '--data', data],
    logDir,
    reader: () => ({ line: (text) => sampleOfLine(text, style), end: () => undefined }),
  });
