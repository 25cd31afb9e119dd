import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeRequestIds } from '../../microservices/edge/request-ids.ts';
import { listen, type ServerOptions } from '../../microservices/edge/server.ts';
import { becomes, startFixture } from './fixtures/start.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(env: Record<string, string> = {}) {
  const started = await startFixture(env);
  cleanups.push(() => started.child.kill('SIGKILL'));
  await becomes(() => started.lines.some(({ msg }) => msg === 'ready'));
  const url = `http://127.0.0.1:${started.port}`;
  const slow = (ms: number) => fetch(`${url}/slow?ms=${ms}`, { method: 'POST' });
  const began =
    (count = 1) =>
    () =>
      started.lines.filter(({ msg }) => msg === 'slow began').length >= count;
  return { ...started, url, slow, began, messages: () => started.lines.map(({ msg }) => msg) };
}

async function listenWith(options: Partial<ServerOptions>, app: Parameters<typeof listen>[0] = () => {}) {
  const lines: [Record<string, unknown>, string][] = [];
  const line = (fields: Record<string, unknown>, message: string) => lines.push([fields, message]);
  const server = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    drainMs: 0,
    ready: async () => {},
    onStop: async () => {},
    log: { info: line, warn: line, error: line },
    requestIds: makeRequestIds(),
    ...options,
  });
  cleanups.push(() => server.stop());
  return { url: `http://127.0.0.1:${server.port}`, server, lines };
}

/** Sends bytes as they are and returns what comes back until the other side closes. */
const raw = (url: string, bytes: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });

describe('SIGTERM', () => {
  it('When a request is in flight, then it is finished, loops end, the pool is closed, in this order, and the exit code is 0', async () => {
    const service = await start();
    const reply = service.slow(400);
    await becomes(service.began());
    service.child.kill('SIGTERM');
    const answer = await reply;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await service.exited).toBe(0);
    const steps = ['asked to stop', 'stopping', 'request', 'loop stopped', 'pool closed', 'stopped'];
    expect(service.messages().filter((message) => steps.includes(message))).toEqual(steps);
  });

  it('When it drains, then readiness is gone, requests are served and told to close, and then no connection is taken', async () => {
    const service = await start({ DRAIN_MS: '600' });
    service.child.kill('SIGTERM');
    await becomes(() => service.messages().includes('stopping'));
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    const answer = await service.slow(1);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await service.exited).toBe(0);
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow();
  });

  it('When clients hold idle connections open, then they do not delay the end', async () => {
    const service = await start();
    const agent = new Agent({ keepAlive: true });
    cleanups.push(() => agent.destroy());
    await new Promise<void>((resolve) => {
      get(`${service.url}/nothing`, { agent }, (reply) => reply.resume().on('end', resolve));
    });
    const startedAt = Date.now();
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  it('When it comes twice, or SIGINT after it, then the second changes nothing', async () => {
    const service = await start();
    const reply = service.slow(300);
    await becomes(service.began());
    service.child.kill('SIGTERM');
    service.child.kill('SIGTERM');
    service.child.kill('SIGINT');
    expect((await reply).status).toBe(200);
    expect(await service.exited).toBe(0);
  });

  it('When requests never stop coming, then not one of them fails before the time to drain is over', async () => {
    const drainMs = 400;
    const service = await start({ DRAIN_MS: String(drainMs) });
    const statuses: number[] = [];
    const failedAt: number[] = [];
    const client = async () => {
      while (failedAt.length === 0) {
        try {
          statuses.push((await service.slow(5)).status);
        } catch {
          // A connection may meet the closing door: by then a load balancer has long taken notice.
          failedAt.push(Date.now());
        }
      }
    };
    const clients = Promise.all(Array.from({ length: 4 }, client));
    await becomes(service.began(20));
    const askedAt = Date.now();
    service.child.kill('SIGTERM');
    await clients;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(Math.min(...failedAt) - askedAt).toBeGreaterThanOrEqual(drainMs);
    expect(await service.exited).toBe(0);
  });
});

describe('a service process', () => {
  it('When its port is taken, then it says so and ends with 1', async () => {
    const service = await start();
    const second = await startFixture({ PORT: String(service.port) });
    cleanups.push(() => second.child.kill('SIGKILL'));
    expect(await second.exited).toBe(1);
    expect(JSON.stringify(second.lines)).toContain(`port ${service.port} on 127.0.0.1 is taken`);
  });

  it('When a caller sends a request id, then it is on the reply, in the log and at hand in the handler; a bad one is replaced', async () => {
    const service = await start();
    const ask = (id: string) =>
      fetch(`${service.url}/slow?ms=1`, { method: 'POST', headers: { 'x-request-id': id } });
    const good = await ask('my-own-id-1');
    expect(good.headers.get('x-request-id')).toBe('my-own-id-1');
    expect(await good.json()).toMatchObject({ requestId: 'my-own-id-1' });
    const bad = (await ask('"><script>')).headers.get('x-request-id');
    expect(bad).toMatch(/^[0-9a-f-]{36}$/);
    await becomes(() => service.messages().filter((message) => message === 'request').length === 2);
    const ids = service.lines.filter(({ msg }) => msg === 'slow began').map(({ requestId }) => requestId);
    expect(ids).toEqual(['my-own-id-1', bad]);
  });
});

describe('listen', () => {
  it('When a handler never answers, then the caller gets 503 problem+json with Retry-After after the limit', async () => {
    const { url, lines } = await listenWith({ requestMs: 100 });
    const reply = await fetch(`${url}/hangs`);
    expect(reply.status).toBe(503);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(reply.headers.get('retry-after')).toBe('1');
    expect(await reply.json()).toMatchObject({ type: 'urn:problem-type:duet:overloaded', status: 503 });
    expect(lines.map(([, message]) => message)).toContain('request took too long');
  });

  it('When the database does not answer within 500 ms, then /readyz is 503 and /livez is not', async () => {
    let database = () => new Promise<void>(() => {});
    const { url } = await listenWith({ ready: () => database() });
    const startedAt = Date.now();
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    database = () => Promise.reject(new Error('down'));
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    database = async () => {};
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('When the caller goes away, then the request is logged as aborted, and the probes not at all', async () => {
    const { url, lines } = await listenWith({});
    await fetch(`${url}/livez`);
    await expect(fetch(`${url}/hangs`, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    await becomes(() => lines.some(([, message]) => message === 'request'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.[0]).toMatchObject({ method: 'GET', path: '/hangs', aborted: true });
  });

  it('When what arrives is no HTTP, then it is answered with a problem and closed', async () => {
    const { url } = await listenWith({});
    const reply = await raw(url, 'NONSENSE\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      type: 'urn:problem-type:duet:malformed',
    });
  });

  it('When header fields are larger than 16 KiB, then 431 and the connection is closed', async () => {
    const { url } = await listenWith({});
    const reply = await raw(url, `GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('When header fields do not come to an end, then 408 and the connection is closed soon after 5 s', async () => {
    const { url } = await listenWith({});
    const startedAt = Date.now();
    expect(await raw(url, 'GET / HTTP/1.1\r\nhost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(4_900);
    expect(Date.now() - startedAt).toBeLessThan(9_000);
  }, 40_000);
});
