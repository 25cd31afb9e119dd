import type { ReportData } from '../../results/report-data.ts';
import type { Gate, RunRecord } from '../../results/run-record.ts';
import { type Block, type Cell, fold, heading, type Section, table, text, words } from '../blocks.ts';
import { figure, MISSING } from '../format.ts';
import { GATE_NAMES, GATE_WORDS } from '../words.ts';
import { trustOf } from './headline.ts';

const verdictOf = ({ broken, refused }: RunRecord): Cell => {
  if (broken !== null) return { text: '✗ did not run', bad: true };
  return refused ? { text: '✗ refused', bad: true } : { text: '✓ valid' };
};

const gateCell = (gate: Gate | undefined): Cell => {
  if (!gate) return MISSING;
  const seen = gate.value === null ? '' : ` ${figure(gate.value)} ${gate.unit}`.trimEnd();
  const cell = { text: `${gate.ok ? '✓' : '✗'}${seen}`, bad: !gate.ok };
  return gate.value === null ? cell : { ...cell, value: gate.value };
};

const overview = (runs: readonly RunRecord[]): Block =>
  table({
    caption: 'Every gate of every run, in the order in which they ran. ✓ passed, ✗ failed.',
    columns: ['Run', 'Shape', 'Target', 'Verdict', ...GATE_NAMES.map((name) => GATE_WORDS[name])],
    words: [1, 2, 3],
    rows: runs.map((run) => [
      words(run.id),
      words(run.shape),
      words(run.target.name),
      verdictOf(run),
      ...GATE_NAMES.map((name) => gateCell(run.gates.find((gate) => gate.name === name))),
    ]),
  });

const reasonsOf = ({ id, target, shape, broken, gates, invariants }: RunRecord): string => {
  const reasons = [
    ...(broken === null ? [] : [broken]),
    ...gates
      .filter(({ ok, says }) => !ok && says !== broken)
      .map(({ name, says }) => `${GATE_WORDS[name]}: ${says}`),
    ...invariants.filter(({ ok }) => !ok).map(({ name, says }) => `${name}: ${says}`),
  ];
  return `${id}, ${target.name} under ${shape}: ${[...new Set(reasons)].join('; ')}`;
};

const detail = (run: RunRecord): Block => {
  const rows = [
    ...run.gates.map(({ name, ok, says }) => [GATE_WORDS[name], ok, says] as const),
    ...run.invariants.map(({ name, ok, says }) => [`Invariant: ${name}`, ok, says] as const),
  ];
  const failures = Object.entries(run.load?.failures ?? {}).map(([name, count]) => `${name}: ${count}`);
  return fold(`${run.id}: ${run.target.name}, ${run.shape} ${verdictOf(run).text}`, [
    table({
      caption: `What the gates and invariants say of run ${run.id}, seed ${run.seed}, block ${run.block}, place ${run.position} in it, begun ${run.startedAt}`,
      columns: ['Gate', 'Passed', 'It says'],
      words: [1, 2],
      rows: rows.map(([name, ok, says]) => [
        words(name),
        { text: ok ? '✓ yes' : '✗ no', bad: !ok },
        words(says),
      ]),
    }),
    ...(failures.length > 0 ? [text(`Failed requests by kind: ${failures.join(', ')}.`)] : []),
  ]);
};

const invariantBlocks = (runs: readonly RunRecord[]): Block[] => {
  const all = runs.flatMap(({ invariants }) => invariants);
  const names = [...new Set(all.map(({ name }) => name))];
  if (names.length === 0) return [];
  const rows = names.map((name): Cell[] => {
    const [held, checked] = [
      all.filter((one) => one.name === name && one.ok),
      all.filter((one) => one.name === name),
    ];
    const broken = checked.length - held.length;
    return [
      words(name),
      { text: `${held.length}`, value: held.length },
      { text: `${broken}`, value: broken, bad: broken > 0 },
    ];
  });
  return [
    heading('Rules of the shop'),
    table({
      caption: 'What must hold after every run',
      columns: ['Rule', 'Runs that held it', 'Runs that broke it'],
      rows,
    }),
  ];
};

/** Which runs can be trusted, and why the others cannot. */
export const gatesSection = (data: ReportData): Section => {
  const runs = data.runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  const refused = runs.filter((run) => run.refused);
  return {
    id: 'gates',
    title: 'Which runs can be trusted',
    blocks: [
      text(`${trustOf(data)} A run that fails a gate is kept here and left out of everything above.`),
      ...(refused.length > 0
        ? [heading('Refused, and why'), { kind: 'list', items: refused.map(reasonsOf), mark: 'no' } as const]
        : []),
      heading('Gates'),
      overview(runs),
      fold('In sentences, run by run', runs.map(detail)),
      ...invariantBlocks(runs),
    ],
  };
};
