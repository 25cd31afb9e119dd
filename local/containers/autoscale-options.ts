import { UsageError } from '../command-line.ts';
import { SYNC_MS } from './autoscale.ts';
import { durationOf } from './duration.ts';
import { DEFAULTS, type Rule } from './hpa-behaviour.ts';

const text = { type: 'string' } as const;

/** The options of the rule, as `parseArgs` wants them. */
export const RULE_OPTIONS = {
  target: text,
  request: text,
  min: text,
  max: text,
  tolerance: text,
  sync: text,
  'cpu-initialization': text,
  'readiness-delay': text,
  'up-pods': text,
  'up-percent': text,
  'up-period': text,
  'up-window': text,
  'down-percent': text,
  'down-period': text,
  'down-window': text,
} as const;

/** Their usage text: every default is Kubernetes' own, but for the target. */
export const RULE_HELP = `  --target 60               wanted CPU in % of the request
  --request CPU             of one replica, e.g. 0.25 or 250m (the Compose file's reservation)
  --min 1  --max 10         replicas
  --tolerance 0.1           how far from the target nothing is done
  --sync 15s                from one decision to the next
  --cpu-initialization 5m   how long after its start the CPU of a replica may be left out
  --readiness-delay 30s     how soon after its start a replica that is not ready never was
  --up-pods 4  --up-percent 100  --up-period 15s  --up-window 0s
  --down-percent 100  --down-period 15s  --down-window 5m`;

/** The values of the options, as they were given. */
export type RuleValues = { readonly [name in keyof typeof RULE_OPTIONS]?: string | undefined };

const numberOf = (option: string, value: string, what: string, fits: (number: number) => boolean): number => {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number) || !fits(number))
    throw new UsageError(`--${option} is ${what}, not "${value}".`);
  return number;
};

const whole =
  (least: number) =>
  (number: number): boolean =>
    Number.isInteger(number) && number >= least;

/** Kubernetes' way to write CPU: cores, or thousandths of one with an m. */
const milliOf = (value: string): number => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(m?)$/.exec(value) ?? [];
  const milli = Number(digits) * (unit === 'm' ? 1 : 1000);
  if (!(milli >= 1)) throw new UsageError(`--request is a part of a CPU like 0.25 or 250m, not "${value}".`);
  return Math.round(milli);
};

/** What the options say. Times in ms. */
export type RuleChoice = {
  readonly rule: Omit<Rule, 'requestMilli'>;
  readonly requestMilli?: number;
  readonly syncMs: number;
};

/**
 * Reads the options of the rule.
 *
 * @throws UsageError
 */
export const readRule = (values: RuleValues): RuleChoice => {
  const count = (name: keyof RuleValues, usual: number, least = 0): number => {
    const value = values[name];
    return value === undefined ? usual : numberOf(name, value, `a whole number from ${least}`, whole(least));
  };
  const time = (name: keyof RuleValues, usual: number, least = 0): number => {
    const value = values[name];
    const ms = value === undefined ? usual : durationOf(name, value);
    if (ms < least) throw new UsageError(`--${name} is at least ${least} ms, not "${value}".`);
    return ms;
  };
  const { tolerance, request } = values;
  const isTolerance = (number: number): boolean => number >= 0 && number < 1;
  const rule = {
    target: count('target', DEFAULTS.target, 1),
    min: count('min', DEFAULTS.min, 1),
    max: count('max', DEFAULTS.max, 1),
    tolerance:
      tolerance === undefined
        ? DEFAULTS.tolerance
        : numberOf('tolerance', tolerance, 'a number from 0 to below 1', isTolerance),
    initializationMs: time('cpu-initialization', DEFAULTS.initializationMs),
    readinessDelayMs: time('readiness-delay', DEFAULTS.readinessDelayMs),
    upPods: count('up-pods', DEFAULTS.upPods),
    upPercent: count('up-percent', DEFAULTS.upPercent),
    upPeriodMs: time('up-period', DEFAULTS.upPeriodMs, 1),
    upWindowMs: time('up-window', DEFAULTS.upWindowMs),
    downPercent: count('down-percent', DEFAULTS.downPercent),
    downPeriodMs: time('down-period', DEFAULTS.downPeriodMs, 1),
    downWindowMs: time('down-window', DEFAULTS.downWindowMs),
  };
  if (rule.min > rule.max) throw new UsageError(`--min ${rule.min} is above --max ${rule.max}.`);
  if (rule.downPercent > 100) throw new UsageError(`--down-percent is at most 100, not ${rule.downPercent}.`);
  return {
    rule,
    syncMs: time('sync', SYNC_MS, 100),
    ...(request === undefined ? {} : { requestMilli: milliOf(request) }),
  };
};
