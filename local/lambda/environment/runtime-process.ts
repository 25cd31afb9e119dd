import type { Invocation } from '../types.ts';
import { FRAME, invocationFrame, makeFrameReader } from './frames.ts';
import type { Freezer } from './freezer.ts';
import { readFunctionError } from './function-error.ts';
import type { Guardian } from './guardian.ts';
import type { EnvironmentLimits } from './limits.ts';
import { makeLineCutter } from './log-tail.ts';
import type { Exit } from './outcomes.ts';
import { makePeakMemory } from './peak-memory.ts';
import type { Outcome, ProcessEvents, RuntimeProcess } from './process-types.ts';
import type { RunFolder } from './run-folder.ts';
import { spawnNode } from './spawn-node.ts';

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
  const peak = makePeakMemory(pid);
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

  const onFrame = (type: number, body: Buffer): void => {
    if (ended) return;
    if (type === FRAME.log) events.onLog(body.toString());
    else if (type === FRAME.initError) events.onInitError(readFunctionError(body));
    else if (type === FRAME.ready) {
      rest();
      peak.read();
      afterPrints(events.onReady);
    } else if ((type === FRAME.response || type === FRAME.error) && body.length >= 4) {
      peak.told(body.readUInt32BE(0));
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
    maxMemoryMb: (ranMs) => Math.min(memoryMb, Math.ceil(peak.after(ranMs) / 1024)),
  };
};
