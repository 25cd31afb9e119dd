import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Part, startPart } from '../../local/stacks-process.ts';
import { freePorts } from '../../local/start-ports.ts';
import { environment } from '../../shared/kernel/config.ts';
import { makeObserver } from '../measure/observer.ts';
import { watchCompose } from '../measure/watch-compose.ts';
import { makeComposeAdministrator } from './administrators.ts';
import { namelessVolumes, removeProject, removeVolumes } from './projects.ts';
import type { TargetSpec } from './specs.ts';
import type { Account, Target, TargetDeps } from './target.ts';

const STACK = fileURLToPath(new URL('../../local/containers/stack.ts', import.meta.url));

/**
 * The microservices in containers, as a Compose project of this run with free ports, with or without `autoscale` beside it.
 * Its volumes and images are kept between starts.
 */
export const makeComposeTarget = ({ info, autoscale }: TargetSpec, { root, say }: TargetDeps): Target => {
  const project = `${root.name}-${info.name.replace('+', '-')}`;
  const logDir = join(root.path, 'logs');
  let isBuilt = false;
  let administrator: Account | undefined;
  let isNoted = false;
  let ports = { gateway: 0, stats: 0 };
  let scaler: Part | undefined;

  const command = (name: string, args: readonly string[]): Part => {
    mkdirSync(logDir, { recursive: true });
    return startPart({
      name: `stack ${name}`,
      args: [STACK, name, ...args, '--project', project],
      env: {
        ...environment(),
        DUET_PORT: String(ports.gateway),
        DUET_STATS_PORT: String(ports.stats),
      },
      logFile: join(logDir, `${project}-${name}.log`),
    });
  };
  /** Runs a command of the stack tool to its end; it dies with this process, and so does the Compose that it runs. */
  const finish = async (name: string, ...args: readonly string[]): Promise<void> => {
    const part = command(name, args);
    const forget = root.noteGroup(part.pid);
    const report = await part.ended;
    forget();
    if (!report.includes('(exit code 0)')) throw new Error(`${info.name}: ${report}`);
  };
  const stop = async (): Promise<void> => {
    await scaler?.stop();
    scaler = undefined;
    const volumes = await namelessVolumes(project);
    await finish('down');
    await removeVolumes(volumes);
  };

  const start: Target['start'] = async () => {
    const [gateway = 0, stats = 0] = await freePorts(2);
    ports = { gateway, stats };
    if (!isNoted) {
      // Without an engine it says so, before there is anything to remove.
      await finish('down');
      root.noteProject(project);
      isNoted = true;
    }
    if (!isBuilt) say(`${info.name}: building the images, which takes minutes the first time.`);
    try {
      await finish('up', ...(isBuilt ? ['--no-build'] : []));
      isBuilt = true;
      administrator ??= await makeComposeAdministrator(project);
      if (autoscale) scaler = command('autoscale', ['--json']);
    } catch (error) {
      await stop().catch(() => {});
      throw error;
    }
    const url = `http://127.0.0.1:${ports.gateway}`;
    const pids = (): readonly number[] => (scaler ? [scaler.pid] : []);
    return {
      baseUrls: { auth: url, inventory: url, images: url, orders: url },
      administrator,
      observe: () => makeObserver(watchCompose(project, logDir, pids)),
      stop,
    };
  };
  return {
    info,
    start,
    dispose: async () => {
      await scaler?.stop();
      scaler = undefined;
      if (isNoted) await removeProject(project);
    },
  };
};
