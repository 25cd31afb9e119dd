import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { findStacks } from '../compare/find-stacks.ts';
import { readRunning } from '../local/start-lock.ts';
import { measureColdStarts } from './cold-start.ts';
import { measureConfirmed } from './confirm.ts';
import { tableOf } from './print-table.ts';
import { measureGetProduct, measurePhoto, measurePlaceOrder } from './requests.ts';
import { startShop } from './shop.ts';
import { isMet, type Line } from './statistics.ts';

/**
 * `npm run bench [-- --only requests|confirm|cold] [--quick]`: what Duet costs, each figure beside its baseline in the same run. Starts everything
 * it needs on temporary data and free ports; takes about three minutes on two cores. Exit code 1 when a target is missed.
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const wanted = (part: string): boolean => values.only === undefined || values.only === part;
const say = (text: string): void => console.log(text);

/** A picture with detail everywhere, as a camera's: smooth noise over a gradient, 3000 x 2000 pixels as JPEG. */
const makePhoto = async (width: number, height: number): Promise<Uint8Array<ArrayBuffer>> => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const image = sharp({ create: { width, height, channels: 3, background: '#808080', noise } });
  return new Uint8Array(await image.blur(1.2).jpeg({ quality: 85 }).toBuffer());
};

const rounds = values.quick ? 3 : 9;

const measureRequests = async (): Promise<readonly Line[]> => {
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

const measureStacks = async (): Promise<readonly Line[]> => {
  const urls = { microservices: undefined, serverless: undefined };
  const found = await findStacks({ urls, data: 'never', repeats: 1, reports: '' }, say);
  try {
    const [microservices, serverless] = found.stacks;
    const lines: Line[] = [];
    if (wanted('confirm')) {
      for (const stack of found.stacks) {
        say(`orders to CONFIRMED, ${stack.side} ...`);
        lines.push(await measureConfirmed(stack, values.quick ? 20 : 100));
      }
    }
    if (wanted('cold')) {
      say('cold starts ...');
      const running = found.data === undefined ? undefined : readRunning(found.data)?.stacks.serverless;
      if (!running) throw new Error(`The ${serverless.side} ended, beside the ${microservices.side}.`);
      const photo = await makePhoto(600, 400);
      const runs = values.quick ? 3 : 11;
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

const lines = [
  ...(wanted('requests') ? await measureRequests() : []),
  ...(wanted('confirm') || wanted('cold') ? await measureStacks() : []),
];
say(`\n${tableOf(lines)}\n`);
const machine = {
  cores: cpus().length,
  model: cpus()[0]?.model,
  node: process.version,
  platform: process.platform,
};
mkdirSync('reports', { recursive: true });
writeFileSync(
  'reports/bench.json',
  `${JSON.stringify({ at: new Date().toISOString(), machine, lines }, null, 2)}\n`,
);
const missed = lines.filter((line) => isMet(line) === false);
say(missed.length === 0 ? 'Every target is met.' : `${missed.length} targets are missed.`);
say('Report: reports/bench.json');
process.exit(missed.length === 0 ? 0 : 1);
