import type { Gate, RunRecord } from '../results/run-record.ts';
import { round } from './make-gate.ts';

const shortly = ({ name, value, unit }: Gate): string =>
  value === null || unit === '' || unit === 'broken' ? name : `${name} ${round(value)} ${unit}`;

/** A run that is over, as lines: whether it counts, every gate that it passed, and in full what each other one saw. */
export const gateLines = ({ target, shape, block, gates, refused, broken }: RunRecord): string[] => {
  const verdict = broken !== null ? 'BROKEN' : refused ? 'REFUSED' : 'ok';
  const passed = gates.filter(({ ok }) => ok).map(shortly);
  const failed = gates.filter(({ ok }) => !ok);
  const head = `${verdict.padEnd(8)}${target.name}, ${shape}, block ${block}`;
  return [
    passed.length > 0 ? `${head}: ${passed.join(', ')}` : head,
    ...failed.map(({ name, says }) => `        ${name}: ${says}`),
  ];
};
