/** `npm run bench:generator`: how true the load generator is, and how much it can do. */
import { runCommand, UsageError } from '../local/command-line.ts';
import { measureCapacity } from './generator-capacity.ts';
import { MOST_ERROR, readAll, readingsTable, worstOf } from './generator-readings.ts';
import { tableOf } from './print-table.ts';
import { isMet } from './statistics.ts';

const USAGE = `npm run bench:generator -- [options]

Accuracy: 1,000 requests a second, evenly spaced, against a server that takes 100 ms and stands still for 200 ms every 2 s. The
truth is computed from that server's own log. A run that the comparison's gates for late
sending and for what the hypervisor took would refuse is made again. autocannon and wrk (where it is installed) are run as they are beside it.
Capacity: a bare node:http server. Exit code 1 when a target is missed. Needs a machine that does nothing else.

  --runs N      runs of each tool, and rounds of each measurement (5)
  --seconds N   how long a run takes, a multiple of 2 (8)
  --only WHAT   accuracy or capacity`;

const numberOf = (option: string, value: string): number => {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UsageError(`--${option} is a whole number above 0, not "${value}".`);
};

await runCommand({
  help: USAGE,
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    only: { type: 'string' },
  },
  work: async ({ runs, seconds, only }) => {
    const options = { runs: numberOf('runs', runs), seconds: numberOf('seconds', seconds) };
    if (options.seconds % 2 !== 0)
      throw new UsageError('--seconds is a multiple of 2: whole periods of the stalls.');
    if (only !== undefined && only !== 'accuracy' && only !== 'capacity') {
      throw new UsageError(`--only is accuracy or capacity, not "${only}".`);
    }
    let isMissed = false;
    if (only !== 'capacity') {
      const all = await readAll(options);
      const [ours] = all;
      const worst = ours ? worstOf(ours) : Number.NaN;
      const met = worst <= MOST_ERROR && ours?.readings.length === options.runs;
      isMissed ||= !met;
      console.log(readingsTable(all));
      console.log(
        `\nWorst error of Duet: ${(100 * worst).toFixed(2)} %, target <= 1 %: ${met ? 'met' : 'MISSED'}; ${ours?.readings.length ?? 0} runs count, ${ours?.refused ?? 0} were refused by the comparison's gates for late sending and for what the hypervisor took.\n`,
      );
    }
    if (only !== 'accuracy') {
      const lines = await measureCapacity({ rounds: options.runs, seconds: options.seconds / 2 });
      console.log(tableOf(lines).replace('  baseline', ''));
      isMissed ||= lines.some((line) => isMet(line) === false);
    }
    return isMissed ? 1 : 0;
  },
});
