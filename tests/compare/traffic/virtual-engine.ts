import type { Answered, Engine, Planned, Traffic } from '../../../compare/generator/types.ts';

/** A request that was sent, when by the virtual clock, and what came of it. */
export type Sent = Planned & { readonly sentAt: number; readonly answer: Answered };

/** Something that answers at once. Undefined: no answer. */
export type Answering = (
  request: Planned,
) => { readonly status: number; readonly headers?: Answered['headers']; readonly body: unknown } | undefined;

type Event = { readonly moment: number; readonly run: () => void };

const LATENCY_MS = 5;

/** An engine over a clock that stands still while something is done: a minute of traffic takes as long as its work. */
export const makeVirtualEngine = (answering: Answering) => {
  let clock = 0;
  let events: Event[] = [];
  const sent: Sent[] = [];
  const abandoned: { readonly operation: string; readonly intendedAt: number }[] = [];
  const sessions: number[] = [];
  const settled: { readonly placedAt: number; readonly ms: number | undefined }[] = [];
  const at: Engine['at'] = (moment, run) => void events.push({ moment: Math.max(moment, clock), run });

  const send: Engine['send'] = (request) =>
    new Promise((resolve) => {
      const sentAt = clock;
      const reply = answering(request);
      at(clock + LATENCY_MS, () => {
        const status = reply?.status;
        const answer: Answered = {
          ok: status !== undefined && request.expected.includes(status),
          status,
          headers: reply?.headers ?? {},
          bytes: Buffer.from(reply?.body === undefined ? '' : JSON.stringify(reply.body)),
          at: clock,
        };
        sent.push({ ...request, sentAt, answer });
        resolve(answer);
      });
    });

  const run = async (traffic: Traffic): Promise<void> => {
    let over = false;
    const done = traffic({
      now: () => clock,
      at,
      send,
      abandon: (operation, intendedAt) => void abandoned.push({ operation, intendedAt }),
      session: (startedAt) => void sessions.push(startedAt),
      settled: (placedAt, ms) => void settled.push({ placedAt, ms }),
    }).finally(() => {
      over = true;
    });
    const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
    for (await breathe(); !over; await breathe()) {
      clock = events.reduce((first, { moment }) => Math.min(first, moment), Number.POSITIVE_INFINITY);
      if (clock === Number.POSITIVE_INFINITY) throw new Error('the traffic waits for nothing');
      const due = events.filter(({ moment }) => moment <= clock);
      events = events.filter(({ moment }) => moment > clock);
      for (const event of due) event.run();
    }
    await done;
  };
  return { run, sent, abandoned, sessions, settled, now: () => clock };
};
