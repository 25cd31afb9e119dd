import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeObserver } from '../measure/observer.ts';
import { watchLocal } from '../measure/watch-local.ts';
import { readRunning } from '../running.ts';
import { makeLocalAdministrator } from './administrators.ts';
import type { TargetSpec } from './specs.ts';
import { startLocal } from './start-local.ts';
import type { Account, Target, TargetDeps } from './target.ts';

/**
 * One stack on this machine, alone, on data of its own that is kept between starts: the local Lambda runtime or
 * serverless-offline for the functions.
 */
export const makeEmbeddedTarget = ({ info }: TargetSpec, { root }: TargetDeps): Target => {
  const { style, store, kind } = info;
  if (!style || !store) throw new Error(`${info.name} is no stack of this machine.`);
  const data = join(root.path, info.name.replace('/', '-'));
  const logs = join(root.path, 'logs');
  let administrator: Account | undefined;
  let stop = async (): Promise<void> => {};

  const start: Target['start'] = async () => {
    mkdirSync(data, { recursive: true });
    const runtime = kind === 'offline' ? ['--runtime', 'offline'] : [];
    const started = await startLocal([style], data, ['--store', store, ...runtime]);
    stop = started.stop;
    try {
      administrator ??= await makeLocalAdministrator(style, data);
      const urls = readRunning(data)?.stacks[style]?.urls;
      if (!urls) throw new Error(`${info.name} ended as soon as it was ready.`);
      return {
        baseUrls: { ...urls, images: urls.inventory },
        administrator,
        observe: () => makeObserver(watchLocal(data, style, logs)),
        stop: started.stop,
      };
    } catch (error) {
      await started.stop();
      throw error;
    }
  };
  return {
    info,
    start,
    dispose: async () => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
};
