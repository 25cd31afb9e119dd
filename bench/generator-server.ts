import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { environment } from '../shared/kernel/config.ts';
import type { StallLog } from './generator-truth.ts';

/** A server in a process of its own, which ends with this one. */
export type BenchServer = {
  readonly url: string;
  readonly pid: number;
  /** What it did since this was last asked; only the stalling server says that. */
  readonly log: () => Promise<StallLog>;
  readonly stop: () => Promise<void>;
};

/** What the stalling server does, in ms. */
export type Stalling = { readonly serviceMs: number; readonly stallMs: number; readonly everyMs: number };

const start = async (script: string, env: Readonly<Record<string, string>>): Promise<BenchServer> => {
  const main = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(main, { execArgv: [], env: { PATH: environment()['PATH'], ...env } });
  const [said] = (await once(child, 'message')) as [{ readonly port: number }];
  return {
    url: `http://127.0.0.1:${said.port}/`,
    pid: child.pid ?? -1,
    log: async () => {
      const answer = once(child, 'message') as Promise<[StallLog]>;
      child.send('log');
      return (await answer)[0];
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** Starts the server whose slowness is known. */
export const startStallServer = ({ serviceMs, stallMs, everyMs }: Stalling): Promise<BenchServer> =>
  start('./generator-stall-server.ts', {
    SERVICE_MS: String(serviceMs),
    STALL_MS: String(stallMs),
    STALL_EVERY_MS: String(everyMs),
  });

/** Starts a bare node:http server. */
export const startBareServer = (): Promise<BenchServer> => start('./generator-bare-server.ts', {});
