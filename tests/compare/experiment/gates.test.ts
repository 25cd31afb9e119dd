import { describe, expect, it } from 'vitest';
import { GATE_LIMITS } from '../../../compare/experiment/gate-limits.ts';
import { gateLines } from '../../../compare/experiment/gate-lines.ts';
import { gatesOf } from '../../../compare/experiment/gates.ts';
import { Gate, type HostSecond } from '../../../compare/results/run-record.ts';
import { at, embedded, goodLoad, goodMeasurement, goodRun } from './runs.ts';

type Input = Parameters<typeof gatesOf>[0];

const good = (): Input => ({
  target: embedded('serverless'),
  load: goodLoad(),
  measured: goodMeasurement(),
  invariants: [{ name: 'no oversell', ok: true, says: 'nothing was sold twice' }],
  cores: 2,
});

const failedOf = (more: Partial<Input>): string[] =>
  gatesOf({ ...good(), ...more }).flatMap(({ name, ok }) => (ok ? [] : [name]));

const hostOf = (more: Partial<HostSecond>): Partial<Input> => {
  const { host, ...rest } = goodMeasurement();
  return { measured: { ...rest, host: host.map((second) => ({ ...second, ...more })) } };
};

describe('gates', () => {
  it('When nothing is wrong, then every gate passes, and says what it saw and what is allowed', () => {
    const gates = gatesOf(good());
    expect(gates.map(({ name }) => name).sort()).toEqual(Gate.shape.name.options.toSorted());
    for (const gate of gates)
      expect(Gate.parse(gate)).toMatchObject({ ok: true, says: expect.stringMatching(/\.$/) });
    expect(gates.find(({ name }) => name === 'send-lag')?.says).toBe(
      '99 % of the requests were sent within 1.5 ms of their moment; at most 10 ms is allowed.',
    );
  });

  it.each<[string, Partial<Input>]>([
    ['achieved', { load: { ...goodLoad(), answered: 989, failed: 11, failures: { timeout: 11 } } }],
    ['achieved', { load: { ...goodLoad(), offered: 0, answered: 0 } }],
    ['send-lag', { load: { ...goodLoad(), lag: { ...goodLoad().lag, p99: 10.1 } } }],
    [
      'generator-cpu',
      { load: { ...goodLoad(), generator: { cpuSeconds: 5.1, wallSeconds: 10, peakInFlight: 1 } } },
    ],
    ['host-steal', hostOf({ stealCores: 0.11 })],
    ['host-others', hostOf({ otherCores: 0.21 })],
    ['host-saturated', hostOf({ usedCores: 1.95, stealCores: 0 })],
    ['host-saturated', hostOf({ usedCores: 1.82, stealCores: 0.09 })],
    ['clock', { measured: { ...goodMeasurement(), clockDriftMs: -21 } }],
    ['invariants', { invariants: [{ name: 'no oversell', ok: false, says: '3 sold of 2' }] }],
  ])('When %s is over its limit, then that gate alone fails', (name, more) => {
    expect(failedOf(more)).toEqual([name]);
  });

  it('When values are just within their limits, then nothing fails', () => {
    expect(failedOf({ load: { ...goodLoad(), answered: 990 } })).toEqual([]);
    expect(failedOf(hostOf({ stealCores: 0.1, otherCores: 0.2, usedCores: 1.79 }))).toEqual([]);
  });

  it('When the machine was full in the warm-up only, or for a quarter of the seconds, then the run is not refused', () => {
    const { host, ...rest } = goodMeasurement();
    const fullIn = (seconds: number): Partial<Input> => ({
      measured: {
        ...rest,
        host: host.map((one) => (one.second < seconds ? { ...one, usedCores: 2 } : one)),
      },
    });
    expect(failedOf(fullIn(0))).toEqual([]);
    expect(failedOf(fullIn(2))).toEqual([]);
    expect(failedOf(fullIn(3))).toEqual(['host-saturated']);
  });

  it('When nothing was measured beside the traffic, then the gates of the host and the clock fail and say why', () => {
    const gates = gatesOf({ ...good(), measured: null, notMeasured: 'no /proc' });
    const failed = gates.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).toEqual(['host-steal', 'host-others', 'host-saturated', 'clock']);
    expect(failed.every(({ says }) => says.includes('not measured (no /proc)'))).toBe(true);
  });

  it('When a target was not started here, then the load of others is said and not held against it', () => {
    const gates = gatesOf({ ...good(), ...hostOf({ otherCores: 1 }), target: at('elsewhere') });
    const others = gates.find(({ name }) => name === 'host-others');
    expect(others).toMatchObject({ ok: true, value: 50, limit: null });
    expect(others?.says).toContain('not held against the run');
  });

  it('When other limits are given, then they count', () => {
    const [, , lag] = gatesOf({ ...good(), limits: { ...GATE_LIMITS, sendLagP99Ms: 1 } });
    expect(lag).toMatchObject({ name: 'send-lag', ok: false, limit: 1 });
  });
});

describe('gateLines', () => {
  it('When a run counts, then one line has all gates; when not, then the failed ones are told in full', () => {
    const target = embedded('serverless');
    const gates = gatesOf(good());
    expect(gateLines(goodRun(target, 2, 5, { gates }))).toEqual([
      'ok      serverless/postgres, steady, block 2: smoke, achieved 100 %, send-lag 1.5 ms, generator-cpu 10 %, host-steal 1 %, host-others 2.5 %, host-saturated 0 %, clock 0.2 ms, invariants',
    ]);
    const bad = gatesOf({ ...good(), ...hostOf({ otherCores: 1.2 }) });
    const lines = gateLines(goodRun(target, 2, 5, { gates: bad, refused: true }));
    expect(lines[0]).toMatch(/^REFUSED serverless\/postgres, steady, block 2: smoke, achieved/);
    expect(lines.slice(1)).toEqual([
      '        host-others: Others used 60 % of all cores; at most 10 % is allowed.',
    ]);
  });
});
