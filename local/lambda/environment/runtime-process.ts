import type { Invocation } from '../types.ts';
import type { FifoStock } from './fifos.ts';
import { invocationFrame } from './frames.ts';
import type { Freezer } from './freezer.ts';
import type { Guardian } from './guardian.ts';
import type { EnvironmentLimits } from './limits.ts';
import type { Exit } from './outcomes.ts';
import { makePeakMemory } from './peak-memory.ts';
import { readOutput } from './process-output.ts';
import type { ProcessEvents, RuntimeProcess } from './process-types.ts';
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
  readonly fifos: FifoStock;
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
    ...{ sendAhead: () => false, takeBack: () => true, holds: () => false },
    ...{ ranOutOfMemory: () => false, maxMemoryMb: () => 0 },
  };
};

/** Starts a process for a function, under its limits and its guardian. */
export const startProcess = (options: ProcessOptions, events: ProcessEvents): RuntimeProcess => {
  const { memoryMb, freezer, guardian, folder, limits } = options;
  const spawned = spawnNode(options, () => kill());
  if (spawned instanceof Error) return failedProcess(spawned, events);
  const { child, channel } = spawned;
  const { pid } = child;
  let ended = false;
  let exceeded = false;
  const peak = makePeakMemory(pid);
  let unwatch = (): void => {};
  let isFrozen = false;
  /** Sent while another one runs. */
  let ahead: Invocation | undefined;
  let hasAnswered = false;

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
    unwatch();
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

  const output = readOutput(child, channel.from, events, {
    onDone: (memoryKb) => {
      if (!ahead) rest();
      if (memoryKb === undefined) return peak.read();
      peak.told(memoryKb);
      hasAnswered = true;
    },
    onFault: kill,
  });

  const end = (exit: Exit, failure?: Error): void => {
    if (ended) return;
    freezer.cancel(stop);
    unwatch();
    // What it started is still in its process group; who left that, in its control group
    kill();
    takeBack();
    channel.to.close();
    ended = true;
    limits.killAll();
    if (pid !== undefined) guardian.forget(pid);
    output.end(() => events.onExit(exit, failure));
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

  const send = (invocation: Invocation, timeoutMs: number): void => {
    if (ended) return;
    if (!freezer.cancel(stop) && isFrozen) signal('SIGCONT');
    isFrozen = false;
    watchMemory();
    if (ahead !== invocation) channel.to.write(invocationFrame(invocation, timeoutMs));
    ahead = undefined;
  };
  // What is printed does not come by the channel: nobody could tell whose it is. A function that prints does so from the first time on
  const sendAhead = (invocation: Invocation, timeoutMs: number): boolean => {
    if (ended || ahead || !hasAnswered || output.hasPrinted()) return false;
    if (!channel.to.writeBehind(invocationFrame(invocation, timeoutMs))) return false;
    ahead = invocation;
    return true;
  };
  const takeBack = (): boolean => {
    if (ahead && !ended && channel.to.takeBack()) ahead = undefined;
    return ahead === undefined;
  };
  return {
    pid,
    limited,
    send,
    sendAhead,
    takeBack,
    holds: (invocation) => ahead === invocation,
    kill,
    ranOutOfMemory: () => limits.ranOutOfMemory() || exceeded,
    maxMemoryMb: (ranMs) => Math.min(memoryMb, Math.ceil(peak.after(ranMs) / 1024)),
  };
};
