import type { Sample, Samples } from './samples.ts';

/** A service, as the table shows it. */
export type ServiceStatus = {
  readonly service: string;
  /** Containers that run, of all that there are. */
  readonly running: number;
  readonly replicas: number;
  readonly healthy: number;
  /** Of all its containers together, in cores; absent when nothing was measured. */
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly restarts: number;
  readonly requestsPerSecond?: number;
  /** What is not as it should be, e.g. `paused`, `exited 137`, `cut off`. */
  readonly notes: readonly string[];
};

/** Those that serve come first, in the order of a request; jobs are told only when they failed or still run. */
const ORDER = ['gateway', 'auth', 'inventory', 'orders', 'postgres'];

const isDone = ({ detail }: Sample): boolean => detail.job && !detail.running && detail.exitCode === 0;

const noteOf = ({ replica, detail }: Sample): string | undefined => {
  if (replica.state === 'exited' || replica.state === 'dead')
    return `${replica.name} exited ${detail.exitCode}`;
  if (replica.state !== 'running') return `${replica.name} ${replica.state}`;
  return replica.addresses.length === 0 ? `${replica.name} cut off` : undefined;
};

/** The sum of what is known; undefined when nothing is. */
const total = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : undefined;
};

const place = (service: string): number => (ORDER.indexOf(service) + ORDER.length + 1) % (ORDER.length + 1);

/** Sums samples up by service. */
export const statusOf = ({ containers, requests }: Samples): readonly ServiceStatus[] => {
  const services = Map.groupBy(
    containers.filter((sample) => !isDone(sample)),
    ({ replica }) => replica.service,
  );
  return [...services]
    .map(([service, own]): ServiceStatus => {
      const sums = {
        cpuCores: total(own.map(({ cpu }) => cpu?.cores)),
        memoryBytes: total(own.map(({ memory }) => memory?.bytes)),
        memoryLimitBytes: total(own.map(({ memory }) => memory?.limitBytes)),
        requestsPerSecond: requests.get(service)?.perSecond,
      };
      return {
        service,
        running: own.filter(({ detail }) => detail.running).length,
        replicas: own.length,
        healthy: own.filter(({ detail }) => detail.running && detail.health === 'healthy').length,
        restarts: own.reduce((sum, { detail }) => sum + detail.restarts, 0),
        notes: own.map(noteOf).filter((note) => note !== undefined),
        ...Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== undefined)),
      };
    })
    .sort((a, b) => place(a.service) - place(b.service) || a.service.localeCompare(b.service));
};

const HEAD = ['SERVICE', 'REPLICAS', 'HEALTHY', 'CPU %', 'MEMORY', 'RESTARTS', 'REQUESTS/S', ''];

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);

const cellsOf = (one: ServiceStatus): readonly string[] => [
  one.service,
  `${one.running}/${one.replicas}`,
  `${one.healthy}/${one.replicas}`,
  one.cpuCores === undefined ? '-' : (one.cpuCores * 100).toFixed(1),
  one.memoryBytes === undefined
    ? '-'
    : `${mebibytes(one.memoryBytes)} / ${mebibytes(one.memoryLimitBytes ?? 0)} MiB`,
  String(one.restarts),
  one.requestsPerSecond === undefined ? '-' : one.requestsPerSecond.toFixed(1),
  one.notes.join(', '),
];

/** A table of text: names to the left, numbers to the right. CPU is in % of one core. */
export const tableOf = (services: readonly ServiceStatus[]): string => {
  const rows = [HEAD, ...services.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const last = HEAD.length - 1;
  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    if (column === last) return cell;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
};
