import * as z from 'zod';
import { ask } from './ask.ts';

const Queues = z.object({
  queues: z.array(z.object({ name: z.string(), visible: z.int(), inFlight: z.int(), delayed: z.int() })),
  pendingInvocations: z.int(),
});

/** Messages of the local cloud's queues, dead letters apart. */
export type QueueRecord = {
  /** To be received, or later. */
  readonly waiting: number;
  /** Received and not removed yet. */
  readonly inFlight: number;
  readonly dead: number;
  /** Events for functions that have not been taken by one. */
  readonly pendingInvocations: number;
};

/** Sums an answer of GET /queues up. */
export const queuesOf = (text: string): QueueRecord => {
  const { queues, pendingInvocations } = Queues.parse(JSON.parse(text));
  const isDead = ({ name }: { readonly name: string }): boolean => name.endsWith('-dlq');
  const live = queues.filter((queue) => !isDead(queue));
  return {
    waiting: live.reduce((sum, { visible, delayed }) => sum + visible + delayed, 0),
    inFlight: live.reduce((sum, { inFlight }) => sum + inFlight, 0),
    dead: queues.filter(isDead).reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0),
    pendingInvocations,
  };
};

/** Asks the local cloud's control port. Undefined while it does not answer. */
export const readQueues = async (control: string): Promise<QueueRecord | undefined> => {
  const text = await ask(`${control}/queues`);
  return text === undefined ? undefined : queuesOf(text);
};
