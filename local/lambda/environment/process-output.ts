import type { ChildProcess } from 'node:child_process';
import { FRAME, makeFrameReader } from './frames.ts';
import { readFunctionError } from './function-error.ts';
import { makeLineCutter } from './log-tail.ts';
import type { Outbox } from './outbox.ts';
import type { ProcessEvents } from './process-types.ts';

/** What is told of a process at once, ahead of its events. */
export type OutputHooks = {
  /** It is ready for its first invocation, or has answered, which took so many KB of memory as it says itself. */
  readonly onDone: (memoryKb?: number) => void;
  /** It sent what nobody can read, or can send no more. */
  readonly onFault: () => void;
};

/** What a process prints and sends. */
export type ProcessOutput = {
  readonly hasPrinted: () => boolean;
  /** It has ended: takes nothing more in, and tells its end after all that has come before. */
  readonly end: (tellExit: () => void) => void;
};

/** Reads what a process prints and sends, and tells of it in the order in which the process did it. */
export const readOutput = (
  { stdout, stderr }: ChildProcess,
  outbox: Outbox,
  events: ProcessEvents,
  { onDone, onFault }: OutputHooks,
): ProcessOutput => {
  let hasPrinted = false;
  let hasEnded = false;
  const cutters = [stdout, stderr].map((stream) => {
    const cutter = makeLineCutter(events.onLog);
    stream?.on('data', (chunk: Buffer) => {
      hasPrinted = true;
      cutter.push(chunk);
    });
    return cutter;
  });
  const tell = (what: () => void): void => {
    for (const { flush } of cutters) flush();
    what();
  };

  /** What came after something that is still to be told. */
  let held: (() => void)[] | undefined;
  const release = (): void => {
    const all = held ?? [];
    held = undefined;
    for (const one of all) one();
  };
  /** What was printed before is in its pipe by now, and read in this turn of the event loop. */
  const afterPrints = (what: () => void): void => {
    held ??= [];
    setImmediate(() => {
      tell(what);
      // What follows from an answer, up to the begin of the next invocation, comes ahead of what that one did meanwhile
      if (held?.length === 0) held = undefined;
      else queueMicrotask(() => process.nextTick(release));
    });
  };

  const onFrame = (type: number, body: Buffer, isHeld: boolean): void => {
    if (type === FRAME.log) events.onLog(body.toString());
    else if (type === FRAME.initError) events.onInitError(readFunctionError(body));
    else if (type === FRAME.ready) {
      onDone();
      afterPrints(events.onReady);
    } else if ((type === FRAME.response || type === FRAME.error) && body.length >= 8) {
      onDone(body.readUInt32BE(0));
      const ranMs = body.readUInt32BE(4) / 1_000;
      const told = body.subarray(8);
      const answer =
        type === FRAME.response
          ? ({ ok: true, payload: told.toString() } as const)
          : ({ ok: false, error: readFunctionError(told) } as const);
      // One that was sent ahead has printed nothing: see sendAhead
      if (isHeld) tell(() => events.onAnswer(answer, ranMs));
      else afterPrints(() => events.onAnswer(answer, ranMs));
    } else onFault();
  };
  const reader = makeFrameReader((type, body) => {
    if (hasEnded) return;
    if (held) {
      const kept = Buffer.from(body);
      held.push(() => onFrame(type, kept, true));
    } else onFrame(type, body, false);
  }, onFault);
  // A function that closed the channel can never be heard again
  const close = outbox(reader, onFault);

  return {
    hasPrinted: () => hasPrinted,
    end: (tellExit) => {
      hasEnded = true;
      const end = (): void =>
        afterPrints(() => {
          close();
          for (const stream of [stdout, stderr]) stream?.destroy();
          tellExit();
        });
      if (held) held.push(end);
      else end();
    },
  };
};
