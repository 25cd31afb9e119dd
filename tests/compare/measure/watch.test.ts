import { describe, expect, it } from 'vitest';
import { makeComposeReader } from '../../../compare/measure/watch-compose.ts';
import { sampleOfLine } from '../../../compare/measure/watch-local.ts';

describe('a line of the local stacks', () => {
  const stack = {
    lambda: {
      ...{ environments: 4, busy: 2 },
      seconds: [
        { second: 9, busy: 3, invocations: 8, coldStarts: 2, throttles: 1, errors: 0, billedGbSeconds: 0.5 },
      ],
    },
    queues: { waiting: 3, inFlight: 2, dead: 9, pendingInvocations: 1 },
    outbox: [
      { context: 'orders', pending: 5, ageSeconds: 0.5 },
      { context: 'inventory', pending: 2, ageSeconds: 1.5 },
    ],
  };
  const processes = [
    { name: 'environments', component: 'service', instances: 4, cpuSeconds: 1.5, memoryBytes: 1_000 },
  ];

  it('When the functions run, then their own seconds, queues and outboxes are told', () => {
    const line = JSON.stringify({ at: 10_000, processes, stacks: { serverless: stack } });
    const { at, kinds, now, seconds } = sampleOfLine(line, 'serverless');
    expect(at).toBe(10_000);
    expect(kinds).toEqual(processes);
    expect(now).toEqual({ instances: 4, queueDepth: 6, outboxPending: 7, outboxAgeSeconds: 1.5 });
    expect(seconds.get(9)).toMatchObject({
      busy: 3,
      coldStarts: 2,
      throttles: 1,
      errors: 0,
      billedGbSeconds: 0.5,
    });
  });

  it('When the microservices run, or something does not answer, then that is null and not 0', () => {
    const none = { lambda: null, queues: null, outbox: null };
    const nothing = { queueDepth: null, outboxPending: null, outboxAgeSeconds: null };
    const microservices = JSON.stringify({ at: 1, processes, stacks: { microservices: none } });
    expect(sampleOfLine(microservices, 'microservices').now).toMatchObject({
      instances: 3,
      ...nothing,
    });
    const serverless = JSON.stringify({ at: 1, processes, stacks: { serverless: none } });
    expect(sampleOfLine(serverless, 'serverless').now).toMatchObject({ instances: null, queueDepth: null });
  });

  it('When a line is none, then that is an error', () => {
    expect(() => sampleOfLine('{"at":1}', 'serverless')).toThrow();
  });
});

describe('the lines of the stack in containers', () => {
  const line = (time: number, container: string, service: string, cpuSeconds: number | null, replicas = 1) =>
    JSON.stringify({
      ...{
        time: new Date(time * 1_000).toISOString(),
        container,
        service,
        state: 'running',
        health: 'healthy',
      },
      ...{ replicas, cpuSeconds, memoryBytes: 100, restarts: 0 },
    });

  it('When all containers of an instant were told, then they are one sample, by service', () => {
    const reader = makeComposeReader();
    expect(reader.line(line(1, 'x-orders-1', 'orders', 2, 2))).toBeUndefined();
    expect(reader.line(line(1, 'x-orders-2', 'orders', 1, 2))).toBeUndefined();
    expect(reader.line(line(1, 'x-gateway-1', 'gateway', 0.5))).toBeUndefined();
    expect(reader.line(line(2, 'x-orders-1', 'orders', 3))).toEqual({
      at: 1_000,
      kinds: [
        { name: 'orders', component: 'service', instances: 2, cpuSeconds: 3, memoryBytes: 200 },
        { name: 'gateway', component: 'gateway', instances: 1, cpuSeconds: 0.5, memoryBytes: 100 },
      ],
      now: { instances: 2 },
      seconds: new Map(),
    });
  });

  it('When a replica is removed or started anew, then what it has used stays counted', () => {
    const reader = makeComposeReader();
    const lines = [
      line(1, 'x-orders-1', 'orders', 2, 2),
      line(1, 'x-orders-2', 'orders', 1, 2),
      line(2, 'x-orders-1', 'orders', 0.5),
      line(3, 'x-orders-1', 'orders', 0.75),
    ];
    const samples = [...lines.map(reader.line), reader.end()].filter((one) => one !== undefined);
    expect(samples.map(({ kinds }) => kinds[0]?.cpuSeconds)).toEqual([3, 3.5, 3.75]);
    expect(samples.map(({ now }) => now.instances)).toEqual([2, 1, 1]);
  });
});
