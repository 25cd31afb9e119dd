import { GATE_LIMITS } from '../compare/experiment/gate-limits.ts';
import { monotonicMs } from '../compare/generator/pacer-memory.ts';
import { makeSchedule } from '../compare/generator/schedule.ts';
import { errorOf, type Points, pointsOf, type Reading, readOurs } from './generator-accuracy.ts';
import { startStallServer } from './generator-server.ts';
import { TOOLS, type Tool } from './generator-tools.ts';
import { trueLatencies } from './generator-truth.ts';
import { figureOf } from './statistics.ts';

/** All runs of one tool that count, and how many do not because the machine held it up. */
export type Readings = {
  readonly name: string;
  readonly readings: readonly Reading[];
  readonly refused: number;
};

/** How the runs are made. */
export type ReadingsOptions = { readonly runs: number; readonly seconds: number };

const STALLING = { serviceMs: 100, stallMs: 200, everyMs: 2_000 };
const RATE = 1_000;
const WARM_UP_SECONDS = 2;
/** So often a run is made again before its reading is missing. */
const MOST_AGAIN = 4;
const POINTS = ['p50', 'p95', 'p99'] as const;

/** The target: no point of any of our runs is further off the truth than this share of it. */
export const MOST_ERROR = 0.01;

const readTool = async (tool: Tool, seconds: number): Promise<Reading | undefined> => {
  // A server of its own: what another tool has left in the queue of one would be in the log of the next.
  const server = await startStallServer(STALLING);
  try {
    const from = monotonicMs();
    const said = await tool.read(server.url, seconds);
    if (!said) return undefined;
    const moments = makeSchedule({
      arrivals: 'constant',
      rateAt: () => RATE,
      durationSeconds: seconds,
      seed: 1,
    });
    const truth = trueLatencies(
      await server.log(),
      [...moments].map((moment) => from + moment),
    );
    return { said, truth: pointsOf(truth) };
  } finally {
    await server.stop();
  }
};

/**
 * Reads ours. A run that the comparison would refuse, because it sent too late or the hypervisor took too much, is made again, at most so many times.
 *
 * @returns the reading, undefined when all were refused
 */
const readOursAgain = async (
  seconds: number,
  most: number,
): Promise<{ readonly reading: Reading | undefined; readonly refused: number }> => {
  for (let refused = 0; refused <= most; refused += 1) {
    const server = await startStallServer(STALLING);
    try {
      const reading = await readOurs(server, { rate: RATE, warmUpSeconds: WARM_UP_SECONDS, seconds });
      const { lagP99, stealPercent } = reading;
      const isDisturbed = lagP99 > GATE_LIMITS.sendLagP99Ms || stealPercent > GATE_LIMITS.hostStealPercent;
      if (!isDisturbed) return { reading, refused };
    } finally {
      await server.stop();
    }
  }
  return { reading: undefined, refused: most + 1 };
};

/** Reads ours and the tools beside it in turns, one after the other. */
export const readAll = async ({ runs, seconds }: ReadingsOptions): Promise<readonly Readings[]> => {
  const ours: Reading[] = [];
  let allRefused = 0;
  const others = TOOLS.map((tool) => ({ tool, readings: [] as Reading[] }));
  for (let run = 0; run < runs; run += 1) {
    const { reading, refused } = await readOursAgain(seconds, MOST_AGAIN);
    allRefused += refused;
    if (reading) ours.push(reading);
    for (const { tool, readings } of others) {
      const reading = await readTool(tool, seconds);
      if (reading) readings.push(reading);
    }
  }
  return [
    { name: 'Duet', readings: ours, refused: allRefused },
    ...others.map(({ tool, readings }) => ({ name: tool.name, readings, refused: 0 })),
  ];
};

/** The greatest error of all runs and points, as a share of the truth. */
export const worstOf = ({ readings }: Readings): number =>
  Math.max(
    readings.length === 0 ? Number.NaN : 0,
    ...readings.flatMap((reading) => POINTS.map((point) => errorOf(reading, point) ?? 0)),
  );

const ms = (values: readonly (number | undefined)[]): string => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? '-' : figureOf(known).median.toFixed(1);
};

const cellsOf = ({ name, readings }: Readings): readonly string[] => {
  if (readings.length === 0) return [name, 'not on this machine'];
  const column = (from: (reading: Reading) => Points, point: keyof Points): string =>
    ms(readings.map((reading) => from(reading)[point]));
  return [
    name,
    ...POINTS.flatMap((point) => {
      const errors = readings
        .map((reading) => errorOf(reading, point))
        .filter((error) => error !== undefined);
      return [
        column(({ truth }) => truth, point),
        column(({ said }) => said, point),
        errors.length === 0 ? '-' : `${(100 * Math.max(...errors)).toFixed(2)} %`,
      ];
    }),
  ];
};

/** The table: medians over the runs of the truth and of what each tool said, in ms, and each one's greatest error. */
export const readingsTable = (all: readonly Readings[]): string => {
  const head = ['ms', ...POINTS.flatMap((point) => [`true ${point}`, 'said', 'worst error'])];
  const rows = [head, ...all.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
