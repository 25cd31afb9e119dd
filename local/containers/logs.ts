import type Docker from 'dockerode';
import { listReplicas, type Replica, replicasOf, requireStack, unlessGone } from './containers.ts';
import { makeLineReader } from './log-lines.ts';
import { rest } from './waiting.ts';

/** What is shown. */
export type LogOptions = {
  /** Of every service unless some are named. */
  readonly services?: readonly string[];
  /** The last lines of each container; all unless given. */
  readonly tail?: number;
  /** Goes on with what is logged from then on, also by replicas that start later, until the signal. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
  readonly onLine: (replica: Replica, line: string) => void;
};

/** How often replicas that have started since are looked for, in ms. */
const LOOK_MS = 500;

/** A line, with the instant at which it was logged: of a fixed width, so that instants sort as text. */
type Stamped = { readonly at: string; readonly line: string };

const stamped = (text: string): Stamped => {
  const end = text.indexOf(' ');
  return end < 0 ? { at: text, line: '' } : { at: text.slice(0, end), line: text.slice(end + 1) };
};

const WITH_TIME = { stdout: true, stderr: true, timestamps: true } as const;

const chosen = async (
  docker: Docker,
  project: string,
  services: readonly string[],
): Promise<readonly Replica[]> => {
  if (services.length > 0)
    return (await Promise.all(services.map((name) => replicasOf(docker, project, name)))).flat();
  const all = await listReplicas(docker, project);
  requireStack(project, all);
  return all;
};

const pastOf = async (
  docker: Docker,
  { id }: Replica,
  tail: number | undefined,
): Promise<readonly Stamped[]> => {
  const log = await unlessGone(
    docker.getContainer(id).logs({ ...WITH_TIME, ...(tail === undefined ? {} : { tail }) }),
  );
  const lines: Stamped[] = [];
  const reader = makeLineReader((text) => lines.push(stamped(text)));
  if (log) reader.take(Buffer.from(log));
  reader.end();
  return lines;
};

/** Hands on what a container logs after an instant, until it ends or the signal comes. */
const follow = async (
  docker: Docker,
  { id }: Replica,
  after: string,
  onLine: (line: Stamped) => void,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const since = after === '' ? 0 : Math.floor(Date.parse(after) / 1000);
  const log = await unlessGone(docker.getContainer(id).logs({ ...WITH_TIME, follow: true, since }));
  if (!log) return;
  const stream = log as NodeJS.ReadableStream & { readonly destroy: () => void };
  const reader = makeLineReader((text) => {
    const line = stamped(text);
    if (line.at > after) onLine(line);
  });
  const end = (): void => stream.destroy();
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  await new Promise<void>((done) => {
    stream.on('data', (chunk: Buffer) => reader.take(chunk));
    for (const event of ['error', 'end', 'close']) stream.once(event, () => done());
  });
  signal?.removeEventListener('abort', end);
  reader.end();
};

/**
 * Shows what the containers of some services, or of all, log: merged by time, each line with its container.
 *
 * @throws StackError when the stack does not run, or has no such service
 */
export const showLogs = async (docker: Docker, project: string, options: LogOptions): Promise<void> => {
  const { services = [], tail, signal, onLine } = options;
  const replicas = await chosen(docker, project, services);
  const past = await Promise.all(
    replicas.map(async (replica) =>
      (await pastOf(docker, replica, tail)).map((line) => ({ replica, ...line })),
    ),
  );
  /** The last instant that was shown, by container: what it logged before is not shown again. */
  const shown = new Map(replicas.map(({ id }) => [id, '']));
  const show = (replica: Replica, { at, line }: Stamped): void => {
    shown.set(replica.id, at);
    onLine(replica, line);
  };
  for (const { replica, ...line } of past.flat().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)))
    show(replica, line);

  const followed = new Set<string>();
  while (options.follow && !signal?.aborted) {
    for (const replica of await listReplicas(docker, project)) {
      const wanted = services.length === 0 || services.includes(replica.service);
      const isNew = !shown.has(replica.id);
      if (!wanted || followed.has(replica.id) || !(isNew || replica.state === 'running')) continue;
      followed.add(replica.id);
      const after = shown.get(replica.id) ?? '';
      shown.set(replica.id, after);
      void follow(docker, replica, after, (line) => show(replica, line), signal)
        // An engine that is gone is told by the next look.
        .catch(() => {})
        .finally(() => followed.delete(replica.id));
    }
    await rest(LOOK_MS, signal);
  }
};
