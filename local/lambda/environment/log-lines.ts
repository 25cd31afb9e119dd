/** What one invocation came to, for its report. Times in ms. */
export type Report = {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  /** Of the first invocation after an INIT phase that succeeded. */
  readonly initMs?: number | undefined;
  readonly status: 'success' | 'error' | 'timeout';
  /** Where the environment broke: a function that throws has a report like any other. */
  readonly errorType?: string | undefined;
};

/** An INIT that failed, in its own phase or in the one of an invocation that had to repeat it. */
export type InitReport = {
  readonly durationMs: number;
  readonly phase: 'init' | 'invoke';
  readonly status: 'error' | 'timeout';
  readonly errorType?: string | undefined;
};

/** Lambda's own log lines in one of its two formats. `undefined`: this format has no such line. */
export type LogLines = {
  readonly start: (requestId: string) => string;
  readonly end: (requestId: string) => string | undefined;
  readonly report: (report: Report) => string;
  readonly initReport: (report: InitReport) => string;
};

const two = (ms: number): string => ms.toFixed(2);
const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** Lambda's text has a tab after each part of a REPORT, and after the one that ends the line. */
const TEXT: LogLines = {
  start: (requestId) => `START RequestId: ${requestId} Version: $LATEST`,
  end: (requestId) => `END RequestId: ${requestId}`,
  report: ({ requestId, durationMs, billedMs, memoryMb, maxMemoryMb, initMs, status, errorType }) =>
    `REPORT RequestId: ${requestId}\tDuration: ${two(durationMs)} ms\tBilled Duration: ${billedMs} ms\t` +
    `Memory Size: ${memoryMb} MB\tMax Memory Used: ${maxMemoryMb} MB\t` +
    (initMs === undefined ? '' : `Init Duration: ${two(initMs)} ms\t`) +
    (status === 'timeout' ? 'Status: timeout' : '') +
    (status === 'error' && errorType ? `Status: error\tError Type: ${errorType}` : ''),
  initReport: ({ durationMs, phase, status, errorType }) =>
    `INIT_REPORT Init Duration: ${two(durationMs)} ms\tPhase: ${phase}\tStatus: ${status}` +
    (errorType ? `\tError Type: ${errorType}` : ''),
};

const event = (type: string, record: object): string =>
  JSON.stringify({ time: new Date().toISOString(), type: `platform.${type}`, record });

/** The records are those of the Telemetry API. The level INFO, the default, has none for the end of an invocation. */
const JSON_LINES: LogLines = {
  start: (requestId) => event('start', { requestId, version: '$LATEST' }),
  end: () => undefined,
  report: ({ requestId, durationMs, billedMs, memoryMb, maxMemoryMb, initMs, status, errorType }) =>
    event('report', {
      requestId,
      metrics: {
        durationMs: rounded(durationMs),
        billedDurationMs: billedMs,
        memorySizeMB: memoryMb,
        maxMemoryUsedMB: maxMemoryMb,
        ...(initMs === undefined ? {} : { initDurationMs: rounded(initMs) }),
      },
      status,
      ...(errorType ? { errorType } : {}),
    }),
  initReport: ({ durationMs, phase, status, errorType }) =>
    event('initReport', {
      initializationType: 'on-demand',
      phase,
      status,
      ...(errorType ? { errorType } : {}),
      metrics: { durationMs: rounded(durationMs) },
    }),
};

/** @param format a function's log format */
export const logLinesOf = (format: 'Text' | 'JSON'): LogLines => (format === 'JSON' ? JSON_LINES : TEXT);

/** What is billed: run time and INIT together, up to the next ms (AWS's examples: 133.61 + 80.00 is 214). */
export const billed = (durationMs: number, initMs = 0): number =>
  // Sums such as 0.1 + 0.2 must not cost a whole ms more
  Math.ceil(Math.round((durationMs + initMs) * 1_000) / 1_000);
