import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { type LoadOptions, type LoadResult, type Shot, startLoad } from './open-loop.ts';
import { quantile, summaryOf } from './summary.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const serve = async (listener: RequestListener) => {
  let connections = 0;
  const server = createServer(listener).on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, connections: () => connections };
};

const shot = (): Shot => ({ kind: 'GET /', method: 'GET', path: '/', status: 200 });

/** A load to its end. */
const wholeLoad = async (
  options: Pick<LoadOptions, 'origin'> & Partial<LoadOptions>,
): Promise<LoadResult> => {
  const settings = { perSecond: 100, longestMs: 500, keepAlive: true, shot, ...options };
  let last = 0;
  const load = startLoad({
    ...settings,
    shot: (number) => {
      last = number;
      return settings.shot(number);
    },
  });
  const all = (settings.longestMs * settings.perSecond) / 1000;
  await until('the load is over', async () => (last === all - 1 ? true : undefined), { everyMs: 5 });
  return load.stop();
};

describe('an open-loop load', () => {
  it('When everything goes well, then all that was due is sent and nothing has failed', async () => {
    const { origin, connections } = await serve((_, res) => res.end('fine'));
    const { sent, failures, latencies } = await wholeLoad({ origin });
    expect([sent, failures, latencies.length]).toEqual([50, [], 50]);
    expect(connections()).toBeLessThan(25);
  });

  it('When connections are not kept, then each request has one of its own', async () => {
    const { origin, connections } = await serve((_, res) => res.end('fine'));
    const { sent, failures } = await wholeLoad({ origin, keepAlive: false });
    expect([sent, failures, connections()]).toEqual([50, [], 50]);
  });

  it('When replies are missing, late, cut short or of another status, then each counts as failed', async () => {
    let number = 0;
    const { origin } = await serve((_, res) => {
      number += 1;
      if (number === 1) res.destroy();
      else if (number === 2) res.writeHead(503).end('not now');
      else if (number === 3) res.writeHead(201).end();
      else if (number === 4) {
        res.writeHead(200, { 'content-length': '10' }).write('half');
        setImmediate(() => res.destroy());
      } else if (number === 5) return;
      else res.end('fine');
    });
    const { sent, failures, latencies } = await wholeLoad({ origin, replyMs: 200 });
    expect([sent, failures.length, latencies.length]).toEqual([50, 5, 45]);
    const what = failures.map((failure) => failure.what).join('\n');
    for (const part of ['503 not now', '201', 'aborted due to timeout', 'UND_ERR_SOCKET'])
      expect(what).toContain(part);
  });

  it('When nobody listens, then every request fails', async () => {
    const { sent, failures } = await wholeLoad({ origin: 'http://127.0.0.1:9', longestMs: 100 });
    expect([sent, failures.length]).toEqual([10, 10]);
    expect(failures[0]?.what).toContain('ECONNREFUSED');
  });

  it('When the server stalls, then those who came meanwhile see it in their latency', async () => {
    const from = Date.now();
    const { origin } = await serve((_, res) => {
      const left = from + 400 - Date.now();
      setTimeout(() => res.end('fine'), Math.max(0, left));
    });
    const { latencies, failures } = await wholeLoad({ origin });
    expect(failures).toEqual([]);
    expect(latencies.filter((ms) => ms > 100).length).toBeGreaterThan(15);
  });

  it('When it is stopped, then no more is sent and what is under way is waited for', async () => {
    let served = 0;
    const { origin } = await serve((_, res) => {
      setTimeout(() => {
        served += 1;
        res.end();
      }, 50);
    });
    const load = startLoad({ origin, perSecond: 100, longestMs: 60_000, keepAlive: true, shot });
    await until('some are served', async () => (served >= 5 ? true : undefined), { everyMs: 5 });
    const { sent, latencies } = await load.stop();
    expect(latencies.length).toBe(sent);
    expect(served).toBe(sent);
  });
});

describe('the summary of loads', () => {
  it('When several are summed up, then counts add up and quantiles are those of all', () => {
    const failures = [{ kind: 'x', atMs: 0, what: 'y' }];
    const summary = summaryOf([
      { sent: 3, failures, latencies: [1, 9] },
      { sent: 2, failures: [], latencies: [3, 5] },
    ]);
    expect(summary).toEqual({ sent: 5, failed: 1, p50: 3, p99: 9, worst: 9 });
    expect(quantile([], 0.5)).toBeNaN();
  });
});
