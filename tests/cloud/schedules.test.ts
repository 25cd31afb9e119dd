import { afterEach, describe, expect, it } from 'vitest';
import { parseCron, ratePeriod } from '../../local/cloud/cron.ts';
import { startRuntime } from './support/fake-runtime.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';
import { until } from './support/until.ts';

const SWEEP = 'shop-test-sweep';
const NIGHTLY = 'shop-test-nightly';

describe('Schedules', () => {
  let test: TestCloud;
  afterEach(() => test.close());

  it('When the runtime answers, then functions with a rate are called once, in the form of AWS, the others not', async () => {
    test = await startTestCloud();
    const call = await until('the first call', () => test.runtime.of(SWEEP)[0]);
    expect(call.event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'eu-central-1',
      resources: [expect.stringMatching(/^arn:aws:events:eu-central-1:000000000000:rule\/shop-test-sweep/)],
      detail: {},
    });
    expect(test.runtime.calls.map(({ name }) => name)).toEqual([SWEEP]);
  });

  it('When the runtime ends and comes back, then functions with a rate are called again', async () => {
    test = await startTestCloud();
    const { port } = test.runtime;
    await until('the first call', () => test.runtime.of(SWEEP).length === 1);
    await test.runtime.close();
    const runtime = await startRuntime({ [SWEEP]: () => null }, port);
    await until('a call of the new runtime', () => runtime.of(SWEEP).length === 1);
    await runtime.close();
  });

  it('When the time of a schedule with an input comes, then the input is the event', async () => {
    test = await startTestCloud({ [NIGHTLY]: () => null });
    test.cloud.fireSchedule('nightly');
    expect((await until('the call', () => test.runtime.of(NIGHTLY)[0])).event).toEqual({ night: true });
  });

  it('When a call still runs, then the next firing is skipped', async () => {
    let release: () => void = () => undefined;
    const slow = () => new Promise<void>((resolve) => (release = resolve));
    test = await startTestCloud({ [NIGHTLY]: slow });
    test.cloud.fireSchedule('nightly');
    await until('the call', () => test.runtime.of(NIGHTLY).length === 1);
    test.cloud.fireSchedule('nightly');
    release();
    await until('the next call', () => {
      test.cloud.fireSchedule('nightly');
      return test.runtime.of(NIGHTLY).length === 2;
    });
    expect(test.logged.filter((line) => line.includes('skipped')).length).toBeGreaterThan(0);
    release();
  });

  it('When a scheduled function fails, then that is reported and the next firing happens', async () => {
    test = await startTestCloud({
      [NIGHTLY]: () => {
        throw new Error('bad night');
      },
    });
    test.cloud.fireSchedule('nightly');
    await until('the report', () => test.logged.some((line) => line.includes('bad night')));
    test.cloud.fireSchedule('nightly');
    await until('the second call', () => test.runtime.of(NIGHTLY).length >= 2);
  });
});

describe('Schedule expressions', () => {
  const next = (expression: string, after: string) => {
    const time = parseCron(expression)(Date.parse(after));
    return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);
  };

  it.each([
    ['cron(0 3 * * ? *)', '2026-11-22T03:00:00Z', '2026-11-23T03:00'],
    ['cron(0/15 8-9 ? * MON-FRI *)', '2026-11-20T09:45:30Z', '2026-11-23T08:00'],
    ['cron(30 12 L * ? *)', '2028-02-01T00:00:00Z', '2028-02-29T12:30'],
    ['cron(0 0 1 JAN,JUL ? 2027)', '2026-11-22T00:00:00Z', '2027-01-01T00:00'],
    ['cron(0 10 ? * 6L *)', '2026-11-22T00:00:00Z', '2026-11-27T10:00'],
    ['cron(0 10 ? * TUE#2 *)', '2026-11-22T00:00:00Z', '2026-12-08T10:00'],
    ['cron(0 10 15W * ? *)', '2026-11-01T00:00:00Z', '2026-11-16T10:00'],
    ['cron(0 10 29 2 ? *)', '2026-11-01T00:00:00Z', '2028-02-29T10:00'],
    ['cron(0 10 1 1 ? 2020)', '2026-11-01T00:00:00Z', undefined],
  ])('When %s is read after %s, then it fires at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it.each([
    'cron(0 3 * * * *)',
    'cron(0 3 * * ?)',
    'cron(60 3 * * ? *)',
    'every minute',
    'cron(x 3 * * ? *)',
  ])('When %s is read, then it is refused', (expression) => {
    expect(() => parseCron(expression)).toThrow(/cannot be read/);
  });

  it('When rates are read, then their period is in milliseconds', () => {
    const rates = [
      'rate(1 minute)',
      'rate(5 minutes)',
      'rate(2 hours)',
      'rate(1 day)',
      'rate(0 minutes)',
      'rate(x)',
    ];
    expect(rates.map(ratePeriod)).toEqual([60_000, 300_000, 7_200_000, 86_400_000, undefined, undefined]);
  });
});
