import type { FunctionError, Invocation, InvocationResult } from '../types.ts';
import { FRAME, invocationFrame, makeFrameReader } from './frames.ts';
import type { Freezer } from './freezer.ts';
import { readFunctionError } from './function-error.ts';
import type { Guardian } from './guardian.ts';
import type { EnvironmentLimits } from './limits.ts';
import { makeLineCutter } from './log-tail.ts';
import type { Exit } from './outcomes.ts';
import { peakKb } from './proc.ts';
import type { RunFolder } from './run-folder.ts';
import { spawnNode } from './spawn-node.ts';

/**
 * The memory's high-water mark takes 40 us to read, an invocation may take 30, and 10 ms of waiting for a core among 50 others.
 * One that was shorter than this, in ms, has hardly filled 30 MB: it waits for the next read, which is due after this long.
 */
const SHORT_MS = 10;
const PEAK_AGE_MS = 250;

/** What an invocation came to in its process. `payload` is JSON. */
export type Outcome = InvocationResult['outcome'];

/** What a function's process does, in this order: logs, ready or initError, answers, one exit. */
export type ProcessEvents = {
  readonly onLog: (line: string) => void;
  readonly onReady: () => void;
  readonly onInitError: (error: FunctionError) => void;
  /** Told after everything that was printed before. */
  readonly onAnswer: (outcome: Outcome) => void;
  readonly onExit: (exit: Exit, failure?: Error) => void;
};

/** What a process needs. */
export type ProcessOptions = {
  readonly env: Readonly<Record<string, string>>;
  readonly root: string;
  readonly tmp: string;
  readonly memoryMb: number;
  /** A command that Node is put behind, or nothing. */
  readonly behind: readonly string[];
  readonly freezer: Freezer;
  readonly guardian: Guardian;
  readonly folder: RunFolder;
  readonly limits: EnvironmentLimits;
};

/** One OS process of a function. It is stopped (SIGSTOP) whenever it neither starts nor runs an invocation. */
export type RuntimeProcess = {
  readonly pid: number | undefined;
  /** Settles once its limits hold. */
  readonly limited: Promise<void>;
  /** Wakes it up and hands it an invocation. `deadline` in ms since 1970. */
  readonly send: (invocation: Invocation, deadline: number) => void;
  /** It, and what it started. */
  readonly kill: () => void;
  /** Whether its memory, rather than anybody else, ended it. */
  readonly ranOutOfMemory: () => boolean;
  /** After an invocation of `ranMs`. */
  readonly maxMemoryMb: (ranMs: number) => number;
};

/** What stands for a process that the system did not give us. */
const failedProcess = (error: Error, { onExit }: ProcessEvents): RuntimeProcess => {
  setImmediate(() => onExit({ code: null, signal: null }, error));
  const nothing = (): void => {};
  return {
    ...{ pid: undefined, limited: Promise.resolve(), send: nothing, kill: nothing },
    ...{ ranOutOfMemory: () => false, maxMemoryMb: () => 0 },
  };
};

/** Starts a process for a function, under its limits and its guardian. */
export const startProcess = (options: ProcessOptions, events: ProcessEvents): RuntimeProcess => {
  const { memoryMb, freezer, guardian, folder, limits } = options;
  const spawned = spawnNode(options);
  if (spawned instanceof Error) return failedProcess(spawned, events);
  const { child, channel } = spawned;
  const { pid } = child;
  let ended = false;
  let exceeded = false;
  let reportedKb = 0;
  let peak = { kb: 0, at: Number.NEGATIVE_INFINITY };
  let unwatch = (): void => {};
  let isFrozen = false;

  const signal = (name: NodeJS.Signals): void => {
    if (pid === undefined || ended) return;
    try {
      process.kill(-pid, name);
    } catch {
      // It has ended, and we are about to hear of it
    }
  };
  const stop = (): void => {
    isFrozen = true;
    signal('SIGSTOP');
  };
  const kill = (): void => signal('SIGKILL');
  const watchMemory = (): void => {
    if (pid === undefined) return;
    unwatch = limits.watch(pid, () => {
      exceeded = true;
      kill();
    });
  };
  const rest = (): void => {
    unwatch();
    freezer.soon(stop);
  };

  const stdout = makeLineCutter(events.onLog);
  const stderr = makeLineCutter(events.onLog);
  child.stdout?.on('data', stdout.push);
  child.stderr?.on('data', stderr.push);

  /** What was printed before is in its pipe by now, and read in this turn of the event loop. */
  const afterPrints = (then: () => void): void => {
    setImmediate(() => {
      stdout.flush();
      stderr.flush();
      then();
    });
  };

  const readPeak = (ranMs: number): number => {
    const now = performance.now();
    if (pid !== undefined && (ranMs > SHORT_MS || now - peak.at > PEAK_AGE_MS))
      peak = { kb: Math.max(peakKb(pid) ?? 0, peak.kb), at: now };
    return Math.max(peak.kb, reportedKb);
  };

  const onFrame = (type: number, body: Buffer): void => {
    if (ended) return;
    if (type === FRAME.log) events.onLog(body.toString());
    else if (type === FRAME.initError) events.onInitError(readFunctionError(body));
    else if (type === FRAME.ready) {
      rest();
      readPeak(SHORT_MS);
      afterPrints(events.onReady);
    } else if ((type === FRAME.response || type === FRAME.error) && body.length >= 4) {
      reportedKb = body.readUInt32BE(0);
      const told = body.subarray(4);
      const outcome: Outcome =
        type === FRAME.response
          ? { ok: true, payload: told.toString() }
          : { ok: false, error: readFunctionError(told) };
      rest();
      afterPrints(() => events.onAnswer(outcome));
    } else kill();
  };
  channel.from.on('data', makeFrameReader(onFrame, kill));
  channel.to.on('data', kill);
  // A function that closed the channel can never be reached again
  for (const socket of Object.values(channel)) socket.on('end', kill).on('error', kill);

  const end = (exit: Exit, failure?: Error): void => {
    if (ended) return;
    freezer.cancel(stop);
    unwatch();
    // What it started is still in its process group; who left that, in its control group
    kill();
    ended = true;
    limits.killAll();
    if (pid !== undefined) guardian.forget(pid);
    afterPrints(() => {
      for (const stream of [channel.to, channel.from, child.stdout, child.stderr]) stream?.destroy();
      events.onExit(exit, failure);
    });
  };
  child.once('exit', (code, signalName) => end({ code, signal: signalName }));
  child.once('error', (error) => end({ code: null, signal: null }, error));

  let limited: Promise<void> = Promise.resolve();
  if (pid !== undefined) {
    guardian.watch(pid);
    folder.noteProcess(pid);
    watchMemory();
    limited = limits.attach(pid);
  }

  const send = (invocation: Invocation, deadline: number): void => {
    if (!freezer.cancel(stop) && isFrozen) signal('SIGCONT');
    isFrozen = false;
    watchMemory();
    channel.to.write(invocationFrame(invocation, deadline));
  };
  return {
    pid,
    limited,
    send,
    kill,
    ranOutOfMemory: () => limits.ranOutOfMemory() || exceeded,
    maxMemoryMb: (ranMs) => Math.min(memoryMb, Math.ceil(readPeak(ranMs) / 1024)),
  };
};
