import { describe, expect, it } from 'vitest';
import { makeMetrics } from '../../../local/lambda/metrics/metrics.ts';
import { prometheusText } from '../../../local/lambda/metrics/prometheus.ts';

const make = (keepSeconds = 60) => {
  const clock = { ms: 100_000 };
  const metrics = makeMetrics(keepSeconds, () => clock.ms);
  return { clock, metrics, meter: metrics.meter('f', 512) };
};
const result = (status: 'success' | 'error' | 'timeout', ms: number) => ({
  status,
  durationMs: ms,
  billedMs: ms,
});

describe('Metrics of a function', () => {
  it('When an invocation runs over several seconds, then those in between show it too', () => {
    const { clock, metrics, meter } = make();
    meter.arrived();
    meter.started(1, true);
    clock.ms += 3_200;
    meter.ended(0, result('success', 3_200));
    expect(metrics.seconds(0).map(({ second, concurrent }) => [second, concurrent])).toEqual([
      [100, 1],
      [101, 1],
      [102, 1],
      [103, 1],
    ]);
    expect(metrics.seconds(103)).toEqual([
      {
        ...{ second: 103, function: 'f', arrivals: 0, invocations: 0, concurrent: 1, coldStarts: 0 },
        ...{ throttles: 0, errors: 0, timeouts: 0, billedGbSeconds: 1.6 },
      },
    ]);
  });

  it('When nothing happens, then there is no line for it', () => {
    const { clock, metrics, meter } = make();
    meter.arrived();
    meter.throttled();
    clock.ms += 10_000;
    expect(metrics.seconds(0)).toMatchObject([{ second: 100, arrivals: 1, throttles: 1 }]);
  });

  it('When seconds grow older than is kept, then they are forgotten, and the totals are not', () => {
    const { clock, metrics, meter } = make(5);
    for (let i = 0; i < 100; i += 1) {
      meter.arrived();
      meter.started(1, i === 0);
      meter.ended(0, result('success', 1));
      clock.ms += 1_000;
    }
    expect(metrics.seconds(0).map(({ second }) => second)).toEqual([196, 197, 198, 199]);
    expect(metrics.totals()[0]?.counts).toMatchObject({ arrivals: 100, invocations: 100, coldStarts: 1 });
  });

  it('When invocations fail and time out, then errors count both and timeouts only the one', () => {
    const { metrics, meter } = make();
    for (const status of ['success', 'error', 'timeout'] as const) {
      meter.started(1, false);
      meter.ended(0, result(status, 8));
    }
    expect(metrics.totals()[0]).toMatchObject({ counts: { errors: 2, timeouts: 1 }, p50Ms: 8 });
  });

  it('When ten seconds have passed, then the middle of the durations is no longer that of before', () => {
    const { clock, metrics, meter } = make();
    meter.ended(0, result('success', 500));
    clock.ms += 9_000;
    for (const ms of [1, 2, 3]) meter.ended(0, result('success', ms));
    expect(metrics.totals()[0]?.p50Ms).toBe(3);
    clock.ms += 1_001;
    expect(metrics.totals()[0]?.p50Ms).toBe(2);
    clock.ms += 60_000;
    expect(metrics.totals()[0]?.p50Ms).toBeUndefined();
  });
});

describe('Prometheus text', () => {
  it('When it is asked for, then it holds counters, gauges and a cumulative histogram in seconds', () => {
    const { metrics, meter } = make();
    meter.arrived();
    meter.started(1, true);
    meter.ended(0, result('error', 7));
    meter.ended(0, result('success', 40_000));
    const text = prometheusText(metrics.totals(), [{ key: 'f', busy: 2, alive: 3 }]);
    const lines = text.split('\n');
    for (const line of [
      '# TYPE lambda_cold_starts_total counter',
      'lambda_cold_starts_total{function="f"} 1',
      'lambda_errors_total{function="f"} 1',
      'lambda_concurrent_executions{function="f"} 2',
      'lambda_environments{function="f"} 3',
      'lambda_duration_seconds_bucket{function="f",le="0.005"} 0',
      'lambda_duration_seconds_bucket{function="f",le="0.01"} 1',
      'lambda_duration_seconds_bucket{function="f",le="30"} 1',
      'lambda_duration_seconds_bucket{function="f",le="+Inf"} 2',
      'lambda_duration_seconds_sum{function="f"} 40.007',
      'lambda_duration_seconds_count{function="f"} 2',
    ]) {
      expect(lines).toContain(line);
    }
    for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+\{[^}]+\} [\d.]+|)$/);
  });
});
