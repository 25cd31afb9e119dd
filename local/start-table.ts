import * as z from 'zod';

const Row = z.object({
  function: z.string(),
  environments: z.int(),
  busy: z.int(),
  invocations: z.int(),
  coldStarts: z.int(),
  throttles: z.int(),
  errors: z.int(),
  p50Ms: z.number().optional(),
});
const Functions = z.object({ functions: z.array(Row), notice: z.string().optional() });

/** What the functions do, as the runtime's control port tells it. */
type Functions = z.output<typeof Functions>;

const HEAD = ['function', 'environments', 'busy', 'invocations', 'cold starts', 'throttles', 'errors', 'p50'];
/** How often the runtime is asked, and for how long an answer is waited, in ms. */
const ASK_MS = 1_000;
const LIMIT_MS = 2_000;

const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** The table: a line a function that has been called, the busiest first. */
export const tableOf = ({ functions, notice }: Functions): readonly string[] => {
  const called = functions
    .filter(({ invocations, throttles }) => invocations + throttles > 0)
    .sort((a, b) => b.invocations - a.invocations);
  const rows = called.map((row) => [
    ...[row.function, row.environments, row.busy, row.invocations, row.coldStarts, row.throttles],
    ...[row.errors, row.p50Ms === undefined ? '' : milliseconds(row.p50Ms)],
  ]);
  const cells = [HEAD, ...rows].map((row) => row.map(String));
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return ['', ...lines, ...(notice === undefined ? [] : ['', notice])];
};

/**
 * Follows what the functions do.
 *
 * @param port the runtime's control port
 * @returns the table as it is now; what it shows is a second old at most, and empty while the runtime is away
 */
export const followFunctions = (port: number): (() => readonly string[]) => {
  let lines: readonly string[] = [];
  const ask = async (): Promise<void> => {
    try {
      const reply = await fetch(`http://127.0.0.1:${port}/functions`, {
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      lines = tableOf(Functions.parse(await reply.json()));
    } catch {
      lines = [];
    }
  };
  const timer = setInterval(() => void ask(), ASK_MS);
  timer.unref();
  void ask();
  return () => lines;
};
