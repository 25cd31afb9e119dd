import { UsageError } from '../command-line.ts';
import { defineCommand, type StackCommand } from './commands.ts';
import { durationOf } from './duration.ts';
import type { Rewired } from './network-cut.ts';

const text = { type: 'string' } as const;
const FOR = '  --for TIME       undoes it after a time, or at Ctrl-C';

/** How long something lasts, as `--for` says it. */
const forMs = (value: string | undefined): { readonly forMs?: number } =>
  value === undefined ? {} : { forMs: durationOf('for', value) };

const tell = (names: readonly string[], what: string): void =>
  console.log(names.map((name) => `${name}  ${what}`).join('\n'));

const kill = defineCommand({
  usage: 'kill SERVICE[-N] [--signal SIGKILL] [--for 2s | --leave]',
  summary: 'Kills all containers of a service, or the one with that number, and starts them again',
  details: `  --signal SIGKILL what they get
  --for 2s         from their end to their start
  --leave          does not start them again: up or scale does, as this tool's end in between also leaves it`,
  options: { signal: { ...text, default: 'SIGKILL' }, for: text, leave: { type: 'boolean', default: false } },
  least: 1,
  work: async ({ signal: killSignal, for: time, leave }, [target = ''], { stack, signal }) => {
    if (!/^(SIG)?[A-Z][A-Z0-9+-]{1,10}$/.test(killSignal))
      throw new UsageError(`--signal is a name like SIGKILL, not "${killSignal}".`);
    if (leave && time !== undefined) throw new UsageError('--for and --leave exclude each other.');
    const lasting = leave ? {} : { ...forMs(time ?? '2s'), signal: signal() };
    const names = await (await stack()).kill(target, { killSignal, ...lasting });
    tell(names, `got ${killSignal}${leave ? '' : ' and was started again'}`);
    return 0;
  },
});

const pause = defineCommand({
  usage: 'pause SERVICE[-N] [--for 5s]',
  summary: 'Freezes containers: they keep their connections and answer nothing, until unpause',
  details: FOR,
  options: { for: text },
  least: 1,
  work: async ({ for: time }, [target = ''], { stack, signal }) => {
    const lasting = time === undefined ? {} : { ...forMs(time), signal: signal() };
    const names = await (await stack()).pause(target, lasting);
    tell(names, time === undefined ? 'is paused' : 'was paused and goes on');
    return 0;
  },
});

const unpause = defineCommand({
  usage: 'unpause SERVICE[-N]',
  summary: 'Lets paused containers go on',
  options: {},
  least: 1,
  work: async (_, [target = ''], { stack }) => {
    tell(await (await stack()).unpause(target), 'goes on');
    return 0;
  },
});

const tellRewired = (rewired: readonly Rewired[], what: string, otherwise: string): void => {
  for (const { container, networks } of rewired) console.log(`${container}  ${what} ${networks.join(', ')}`);
  if (rewired.length === 0) console.log(otherwise);
};

const cut = defineCommand({
  usage: 'cut SERVICE [--for 20s]',
  summary: 'Takes all containers of a service off all networks, until heal',
  details: FOR,
  options: { for: text },
  least: 1,
  work: async ({ for: time }, [service = ''], { stack, signal }) => {
    const lasting = time === undefined ? {} : { ...forMs(time), signal: signal() };
    const what = time === undefined ? 'is off' : 'was off';
    tellRewired(await (await stack()).cut(service, lasting), what, `${service} was on no network already.`);
    return 0;
  },
});

const heal = defineCommand({
  usage: 'heal SERVICE',
  summary: 'Gives the containers of a service back the networks they lack, whoever cut them',
  options: {},
  least: 1,
  work: async (_, [service = ''], { stack }) => {
    tellRewired(await (await stack()).heal(service), 'is back on', `${service} lacks no network.`);
    return 0;
  },
});

/** Commands that break what runs, and repair it. */
export const disturb: Readonly<Record<string, StackCommand>> = { kill, pause, unpause, cut, heal };
