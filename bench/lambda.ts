/** `npm run bench:lambda`: a trivial function behind an HTTP API, on our runtime and on serverless-offline in turns. */
import { runCommand, UsageError } from '../local/command-line.ts';
import { alternateRuntimes } from './lambda-rounds.ts';
import { startRuntimes } from './lambda-runtimes.ts';
import { tableOf } from './print-table.ts';
import { isMet, type Line } from './statistics.ts';
import { yieldProcessor } from './yield-processor.ts';

const USAGE = `npm run bench:lambda -- [options]

Calls one trivial function behind an HTTP API on our Lambda runtime and on serverless-offline as it is published, with the same
code, in alternating rounds: with 10 and 50 callers for throughput, with one for latency. Every answer shows that its environment
held no other request. Exit code 1 when a target is missed.

  --rounds N    rounds of each (7)
  --seconds N   how long a round takes (2)`;

/** So long each runtime is called before it is measured, in s: the code of 50 environments has to get hot in each of them. */
const WARM_UP_SECONDS = 12;

/** Five times the throughput is a fifth of the time of a request. */
const MOST_OF_OFFLINE = 0.2;
/** p50 over the handler's own time with one caller, in ms. */
const MOST_ADDED_MS = 1;

const numberOf = (option: string, value: string): number => {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UsageError(`--${option} is a whole number above 0, not "${value}".`);
};

const measure = async (rounds: number, seconds: number): Promise<readonly Line[]> => {
  const runtimes = await startRuntimes();
  yieldProcessor();
  try {
    const lines: Line[] = [];
    for (const callers of [10, 50]) {
      const [ours, offline] = await alternateRuntimes(runtimes, {
        callers,
        rounds,
        seconds,
        warmUpSeconds: WARM_UP_SECONDS,
      });
      if (!ours || !offline) throw new Error('a runtime has no figure');
      lines.push({
        name: `a request, ${callers} callers`,
        unit: 'µs',
        ours: ours.perRequest,
        baseline: offline.perRequest,
        target: MOST_OF_OFFLINE,
        note: `${Math.round(1e6 / ours.perRequest.median)} and ${Math.round(1e6 / offline.perRequest.median)} requests a second, ${(offline.perRequest.median / ours.perRequest.median).toFixed(1)} times as many`,
      });
    }
    const [ours, offline] = await alternateRuntimes(runtimes, {
      callers: 1,
      rounds,
      seconds,
      warmUpSeconds: seconds,
    });
    if (!ours || !offline) throw new Error('a runtime has no figure');
    const name = "1 caller, p50 over the handler's own time";
    lines.push({ name, unit: 'ms', ours: ours.added, target: MOST_ADDED_MS });
    lines.push({ name: `${name}, serverless-offline`, unit: 'ms', ours: offline.added });
    return lines;
  } finally {
    for (const runtime of runtimes) await runtime.stop();
  }
};

await runCommand({
  help: USAGE,
  options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '2' } },
  work: async ({ rounds, seconds }) => {
    const lines = await measure(numberOf('rounds', rounds), numberOf('seconds', seconds));
    console.log(tableOf(lines).replace('baseline', 'offline '));
    return lines.some((line) => isMet(line) === false) ? 1 : 0;
  },
});
