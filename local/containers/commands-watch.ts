import { UsageError } from '../command-line.ts';
import { RULE_HELP, RULE_OPTIONS, readRule } from './autoscale-options.ts';
import { autoscaleJson, decisionText, failedText } from './autoscale-text.ts';
import { defineCommand, type StackCommand } from './commands.ts';
import { SCALABLE } from './containers.ts';
import { durationOf } from './duration.ts';
import { appendTo, record as takeRecord } from './record.ts';
import { makeScreen } from './screen.ts';
import { statusOf, tableOf } from './status.ts';
import { rest } from './waiting.ts';

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;

const status = defineCommand({
  usage: 'status [--once] [--json] [--every 1s]',
  summary: 'Shows every service: replicas, health, CPU in % of one core, memory, restarts, requests a second',
  details: `On a terminal the table is drawn anew until Ctrl-C.

  --once           shows it once
  --json           one line of JSON for each time
  --every 1s       from one time to the next`,
  options: { once: flag, json: flag, every: { ...text, default: '1s' } },
  work: async ({ once, json, every }, _, { stack, signal }) => {
    const everyMs = Math.max(100, durationOf('every', every));
    const sample = (await stack()).sampler();
    const stop = once ? undefined : signal();
    const show = makeScreen(process.stdout);
    do {
      const start = Date.now();
      const samples = await sample();
      const services = statusOf(samples);
      if (json) console.log(JSON.stringify({ time: new Date(samples.at).toISOString(), services }));
      else show(tableOf(services));
      if (!once) await rest(start + everyMs - Date.now(), stop);
    } while (stop && !stop.aborted);
    return 0;
  },
});

const linesOf = (value: string): number | undefined => {
  if (value === 'all') return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new UsageError(`--tail is a number of lines or all, not "${value}".`);
};

const logs = defineCommand({
  usage: 'logs [SERVICE...] [-f] [--tail 100]',
  summary: 'Shows what all replicas log, merged by time, each line with its container',
  details: `  -f, --follow     goes on, also with replicas that start later, until Ctrl-C
  --tail 100       the last lines of each container, or all`,
  options: { follow: { ...flag, short: 'f' }, tail: { ...text, default: '100' } },
  most: 20,
  work: async ({ follow, tail: given }, services, { stack, signal }) => {
    const tail = linesOf(given);
    const opened = await stack();
    const onLine = ({ name }: { readonly name: string }, line: string): void =>
      console.log(`${name.replace(`${opened.project}-`, '').padEnd(12)} | ${line}`);
    const stop = follow ? { follow, signal: signal() } : {};
    await opened.logs({ services, onLine, ...(tail === undefined ? {} : { tail }), ...stop });
    return 0;
  },
});

const autoscale = defineCommand({
  usage: 'autoscale [SERVICE...] [--for TIME] [--json] [options of the rule]',
  summary:
    'Scales services by their CPU as a Kubernetes HorizontalPodAutoscaler does, and prints each decision with its inputs',
  details: `All of ${SCALABLE.join(', ')} unless some are named. It ends after --for, or at Ctrl-C.

${RULE_HELP}
  --json                    one line of JSON for each decision`,
  options: { ...RULE_OPTIONS, for: text, json: flag },
  most: SCALABLE.length,
  work: async ({ for: time, json, ...values }, services, { stack, signal }) => {
    const choice = readRule(values);
    const lasting = time === undefined ? {} : { forMs: durationOf('for', time) };
    await (await stack()).autoscale({
      services: services.length > 0 ? [...new Set(services)] : SCALABLE,
      ...choice,
      ...lasting,
      signal: signal(),
      onDecision: (decided) => console.log(json ? autoscaleJson(decided) : decisionText(decided)),
      onFailed: (failed) => console.log(json ? autoscaleJson(failed) : failedText(failed)),
    });
    return 0;
  },
});

const record = defineCommand({
  usage: 'record [--out FILE] [--every 1s] [--for TIME]',
  summary:
    'Writes a line of JSON for each container each time: CPU, memory, replicas, requests, restarts, health',
  details: `It ends after --for, or at Ctrl-C.

  --out FILE       appends to a file (to the standard output)
  --every 1s       from one time to the next`,
  options: { out: text, every: { ...text, default: '1s' }, for: text },
  work: async ({ out, every, for: time }, _, { stack, signal }) => {
    const everyMs = Math.max(100, durationOf('every', every));
    const lasting = time === undefined ? {} : { forMs: durationOf('for', time) };
    const sample = (await stack()).sampler();
    const file = out === undefined ? undefined : appendTo(out);
    const write = file?.write ?? ((line: string) => void process.stdout.write(line));
    const lines = await takeRecord({ sample, write, everyMs, ...lasting, signal: signal() });
    file?.close();
    if (file) console.log(`${lines} lines in ${out}.`);
    return 0;
  },
});

/** Commands that look on, and autoscale, which acts on what it sees. */
export const watch: Readonly<Record<string, StackCommand>> = { status, logs, autoscale, record };
