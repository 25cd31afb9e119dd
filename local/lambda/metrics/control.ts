import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LambdaService } from '../concurrency/service.ts';
import type { Metrics } from './metrics.ts';
import { prometheusText } from './prometheus.ts';

/** A function as the live table shows it: since the start, and now. */
export type FunctionRow = {
  readonly function: string;
  readonly environments: number;
  readonly busy: number;
  readonly invocations: number;
  readonly coldStarts: number;
  readonly throttles: number;
  readonly errors: number;
  readonly p50Ms?: number;
};

/** What the control port tells of. `facts` is what `GET /health` says besides being ready. */
export type ControlTarget = {
  readonly metrics: Metrics;
  readonly service: () => LambdaService | undefined;
  readonly facts: () => Readonly<Record<string, unknown>>;
  /** The last thing that was told to whoever watches. */
  readonly notice: () => string | undefined;
};

const JSON_TYPE = 'application/json';
/** Minutes of seconds that `/metrics.jsonl` gives unless asked for others. */
const USUAL_MINUTES = 5;

const rowsOf = (metrics: Metrics, service: LambdaService): FunctionRow[] => {
  const pools = new Map(service.pools().map((pool) => [pool.key, pool]));
  return metrics.totals().map(({ function: key, counts, busy, p50Ms }) => {
    const { invocations, coldStarts, throttles, errors } = counts;
    const environments = pools.get(key)?.alive ?? 0;
    const row = { function: key, environments, busy, invocations, coldStarts, throttles, errors };
    return p50Ms === undefined ? row : { ...row, p50Ms };
  });
};

/**
 * The control port of the runtime, as a node:http listener: `GET /health` (200 when ready, else 503), `GET /metrics`
 * (Prometheus text, since the start), `GET /metrics.jsonl?minutes=N` (one line a function and second) and `GET /functions`
 * (the rows of the live table). Requests with a foreign Host are refused, so that no web page gets here by DNS.
 */
export const makeControl = ({ metrics, service, facts, notice }: ControlTarget) => {
  const respond = (req: IncomingMessage): [status: number, type: string, body: string] => {
    const host = (req.headers.host ?? '').replace(/:\d+$/, '');
    if (!['127.0.0.1', 'localhost'].includes(host))
      return [403, JSON_TYPE, '{"error":"Only local hosts may ask"}'];
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://127.0.0.1');
    const running = service();
    if (pathname === '/health')
      return [running ? 200 : 503, JSON_TYPE, JSON.stringify({ ready: running !== undefined, ...facts() })];
    if (!running) return [503, JSON_TYPE, '{"error":"The runtime is starting"}'];
    if (pathname === '/metrics')
      return [
        200,
        'text/plain; version=0.0.4; charset=utf-8',
        prometheusText(metrics.totals(), running.pools()),
      ];
    if (pathname === '/functions')
      return [200, JSON_TYPE, JSON.stringify({ functions: rowsOf(metrics, running), notice: notice() })];
    if (pathname !== '/metrics.jsonl') return [404, JSON_TYPE, '{"error":"No such route"}'];
    const minutes = Number(searchParams.get('minutes') ?? USUAL_MINUTES);
    if (!(minutes > 0)) return [400, JSON_TYPE, '{"error":"minutes is a number above 0"}'];
    const lines = metrics.seconds(Math.floor(Date.now() / 1_000) - minutes * 60);
    return [200, 'application/jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join('')];
  };
  return (req: IncomingMessage, res: ServerResponse): void => {
    const [status, type, body] = respond(req);
    res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  };
};
