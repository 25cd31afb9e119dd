import type Docker from 'dockerode';
import { listReplicas, type Replica } from './containers.ts';

/** The port of the gateway's statistics, and that of its clients, inside its container. */
export const STATS_PORT = 8404;
export const CLIENT_PORT = 8080;

/** Longest wait for the statistics, in ms. */
const STATS_MS = 2_000;

/** One row of HAProxy's statistics: a frontend, a backend as a whole, or one server of it. */
export type GatewayRow = {
  /** The name of the frontend or backend; a backend is named as its service. */
  readonly proxy: string;
  readonly kind: 'frontend' | 'backend' | 'server';
  /** `UP`, `UP 1/2`, `DOWN`, `MAINT`, `OPEN`... */
  readonly status: string;
  /** A server's address, without its port. */
  readonly address?: string;
  /** Requests since the gateway started, without those that it answered itself. */
  readonly requests: number;
};

/** Splits a line of CSV. A quoted field may hold commas, and quotes that are doubled. */
const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  );

const KINDS = ['frontend', 'backend', 'server'] as const;

/**
 * Reads the statistics of HAProxy (https://docs.haproxy.org/3.0/management.html#9.1). Columns are found by their
 * names. Servers without an address are slots that wait for a replica, and are there too.
 */
export const parseStats = (csv: string): readonly GatewayRow[] => {
  const [head = '', ...lines] = csv.split('\n').filter((line) => line !== '');
  const names = fieldsOf(head.replace(/^# /, ''));
  return lines.flatMap((line) => {
    const values = fieldsOf(line);
    const field = (name: string): string => values[names.indexOf(name)] ?? '';
    const kind = KINDS[Number(field('type') || 'NaN')];
    if (!kind) return [];
    const address = field('addr')
      .replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, '');
    return {
      proxy: field('pxname'),
      kind,
      status: field('status'),
      // Those that it answered itself, as its own health check, went to no service.
      requests: Number(field('req_tot') || field('stot') || 0) - Number(field('intercepted') || 0),
      ...(address ? { address } : {}),
    };
  });
};

/** Where a port of the gateway's is published on this host; undefined while it does not run. */
export const gatewayAddress = (all: readonly Replica[], port: number): string | undefined => {
  const gateway = all.find(({ service, state }) => service === 'gateway' && state === 'running');
  const published = gateway?.published.get(port);
  return (
    published && `${published.host.includes(':') ? `[${published.host}]` : published.host}:${published.port}`
  );
};

/** The gateway's statistics; undefined while they do not answer, as when the gateway is the one that was killed. */
export const readGateway = async (
  docker: Docker,
  project: string,
  all?: readonly Replica[],
): Promise<readonly GatewayRow[] | undefined> => {
  const address = gatewayAddress(all ?? (await listReplicas(docker, project)), STATS_PORT);
  if (address === undefined) return undefined;
  try {
    const reply = await fetch(`http://${address}/stats;csv`, { signal: AbortSignal.timeout(STATS_MS) });
    return reply.ok ? parseStats(await reply.text()) : undefined;
  } catch {
    return undefined;
  }
};

/** Whether the gateway sends requests to a replica. */
export const isUp = (rows: readonly GatewayRow[], { service, addresses }: Replica): boolean =>
  rows.some(
    ({ kind, proxy, status, address }) =>
      kind === 'server' && proxy === service && /^UP/.test(status) && addresses.includes(address ?? ''),
  );

/** How many replicas the gateway has room for; undefined when it does not tell. */
export const slotsOf = (rows: readonly GatewayRow[], service: string): number | undefined =>
  rows.filter(({ kind, proxy }) => kind === 'server' && proxy === service).length || undefined;
