import type { Running } from '../start-lock.ts';
import type { StackName } from '../start-options.ts';
import { STACKS } from '../start-options.ts';
import { type Kind, kindsOf } from './kinds.ts';
import { type LambdaRecord, makeLambdaRecord } from './lambda.ts';
import { type OutboxRecord, openOutboxes } from './outbox.ts';
import { makeProcessTable, type ProcessTable } from './process-table.ts';
import { type QueueRecord, readQueues } from './queues.ts';

/** One line of a record: what is known at an instant. What could not be asked is null. */
export type RecordLine = {
  /** ms since 1970. */
  readonly at: number;
  /** By kind, of everything that the start has started. */
  readonly processes: readonly Kind[];
  readonly stacks: Partial<Readonly<Record<StackName, StackRecord>>>;
};

/** What a stack knows. The microservices have neither queues nor environments; nor has serverless-offline the latter. */
export type StackRecord = {
  readonly lambda: LambdaRecord | null;
  readonly queues: QueueRecord | null;
  readonly outbox: readonly OutboxRecord[] | null;
};

/** Takes lines. */
export type Recorder = { readonly take: () => Promise<RecordLine>; readonly close: () => Promise<void> };

/** Makes a recorder of what runs. Nothing of it is changed or started; each line asks again. */
export const makeRecorder = (running: Running, table: ProcessTable = makeProcessTable()): Recorder => {
  const since = Math.floor(Date.now() / 1_000);
  const sources = STACKS.flatMap((name) => {
    const stack = running.stacks[name];
    if (!stack) return [];
    const { LAMBDA_CONTROL_URL: lambda, CLOUD_CONTROL_URL: cloud } = stack.env;
    return [
      {
        name,
        lambda: lambda === undefined ? undefined : makeLambdaRecord(lambda, since),
        queues: cloud === undefined ? undefined : () => readQueues(cloud),
        outboxes: openOutboxes(name, stack),
      },
    ];
  });
  return {
    take: async () => {
      const at = Date.now();
      const processes = kindsOf(table(running.pid));
      const stacks = await Promise.all(
        sources.map(async ({ name, lambda, queues, outboxes }) => {
          const [told, waiting, outbox] = await Promise.all([lambda?.(), queues?.(), outboxes.read()]);
          return [name, { lambda: told ?? null, queues: waiting ?? null, outbox: outbox ?? null }] as const;
        }),
      );
      return { at, processes, stacks: Object.fromEntries(stacks) };
    },
    close: async () => {
      await Promise.all(sources.map(({ outboxes }) => outboxes.close()));
    },
  };
};
