import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import sharp from 'sharp';
import { findStacks } from '../compare/find-stacks.ts';
import { runCommand, UsageError } from '../local/command-line.ts';
import { readRunning } from '../local/start-lock.ts';
import { measureColdStarts } from './cold-start.ts';
import { measureConfirmed } from './confirm.ts';
import { tableOf } from './print-table.ts';
import { measureGetProduct, measurePhoto, measurePlaceOrder } from './requests.ts';
import { startShop } from './shop.ts';
import { isMet, type Line } from './statistics.ts';

const PARTS = ['requests', 'confirm', 'cold'] as const;

const HELP = `npm run bench -- [options]

What Duet costs, each figure beside its baseline in the same run. Starts everything that it needs on temporary data and
free ports; takes about three minutes on two cores. Exit code 1 when a target is missed. Writes reports/bench.json.

  --only PART   ${PARTS.join(', ')} (all)
  --quick       fewer rounds`;

/** What is measured, and how often. */
type Wanted = { readonly only: string | undefined; readonly quick: boolean };

const wants = ({ only }: Wanted, part: (typeof PARTS)[number]): boolean =>
  only === undefined || only === part;
const say = (text: string): void => console.log(text);

/** A picture with detail everywhere, as a camera's: smooth noise over a gradient, 3000 x 2000 pixels as JPEG. */
const makePhoto = async (width: number, height: number): Promise<Uint8Array<ArrayBuffer>> => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const image = sharp({ create: { width, height, channels: 3, background: '#808080', noise } });
  return new Uint8Array(await image.blur(1.2).jpeg({ quality: 85 }).toBuffer());
};

const measureRequests = async ({ quick }: Wanted): Promise<readonly Line[]> => {
  const rounds = quick ? 3 : 9;
  const shop = await startShop();
  try {
    say('GET /products/{id} ...');
    const read = await measureGetProduct(shop, { rounds, requests: 2_000, warmUp: 4_000 });
    say('POST /orders ...');
    const order = await measurePlaceOrder(shop, { rounds, requests: 1_000, warmUp: 3_000 });
    say('photos ...');
    const photo = await measurePhoto(shop, await makePhoto(3_000, 2_000), { rounds, requests: 4, warmUp: 3 });
    return [read, order, photo];
  } finally {
    await shop.stop();
  }
};

const measureStacks = async (wanted: Wanted): Promise<readonly Line[]> => {
  const urls = { microservices: undefined, serverless: undefined };
  const found = await findStacks({ urls, data: 'never', repeats: 1, reports: '' }, say);
  try {
    const [microservices, serverless] = found.stacks;
    const lines: Line[] = [];
    if (wants(wanted, 'confirm')) {
      for (const stack of found.stacks) {
        say(`orders to CONFIRMED, ${stack.side} ...`);
        lines.push(await measureConfirmed(stack, wanted.quick ? 20 : 100));
      }
    }
    if (wants(wanted, 'cold')) {
      say('cold starts ...');
      const running = found.data === undefined ? undefined : readRunning(found.data)?.stacks.serverless;
      if (!running) throw new Error(`The ${serverless.side} ended, beside the ${microservices.side}.`);
      const photo = await makePhoto(600, 400);
      const runs = wanted.quick ? 3 : 11;
      const httpPort = Number(new URL(running.urls.orders).port);
      lines.push(
        ...(await measureColdStarts({ stack: serverless, env: running.env, httpPort, photo, runs })),
      );
    }
    return lines;
  } finally {
    await found.stop();
  }
};

/** `npm run bench`: measures, and writes down what it found. Returns the exit code. */
const bench = async (wanted: Wanted): Promise<number> => {
  const lines = [
    ...(wants(wanted, 'requests') ? await measureRequests(wanted) : []),
    ...(wants(wanted, 'confirm') || wants(wanted, 'cold') ? await measureStacks(wanted) : []),
  ];
  say(`\n${tableOf(lines)}\n`);
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model,
    node: process.version,
    platform: process.platform,
  };
  mkdirSync('reports', { recursive: true });
  const report = { at: new Date().toISOString(), machine, lines };
  writeFileSync('reports/bench.json', `${JSON.stringify(report, null, 2)}\n`);
  const missed = lines.filter((line) => isMet(line) === false);
  say(missed.length === 0 ? 'Every target is met.' : `${missed.length} targets are missed.`);
  say('Report: reports/bench.json');
  return missed.length === 0 ? 0 : 1;
};

await runCommand({
  help: HELP,
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
  work: async ({ only, quick }) => {
    if (only !== undefined && !PARTS.some((part) => part === only)) {
      throw new UsageError(`--only is one of ${PARTS.join(', ')}, not "${only}".`);
    }
    return process.exit(await bench({ only, quick }));
  },
});
