import type Docker from 'dockerode';
import { type Compose, ComposeFailure } from './compose.ts';
import { inspectReplica, listReplicas, type Replica } from './containers.ts';
import { asFault, StackError } from './errors.ts';
import { CLIENT_PORT, STATS_PORT } from './gateway.ts';
import { lastLines } from './log-lines.ts';

/** What went wrong, as far as Compose's own words tell. */
export type Reason =
  | { readonly kind: 'port'; readonly port: string }
  | { readonly kind: 'disk' | 'engine' | 'other' }
  /** A container that is not healthy, or that ended and should not have. */
  | { readonly kind: 'container'; readonly name: string };

/** The variables that move the gateway's ports. */
const PORT_VARIABLES: ReadonlyMap<number, string> = new Map([
  [CLIENT_PORT, 'DUET_PORT'],
  [STATS_PORT, 'DUET_STATS_PORT'],
]);

/** Log lines of what failed that are shown. */
const LAST_LINES = 10;

/** How engines have told of a port that is taken, from 20 to 29, on Linux and on desktops. */
const PORT_TAKEN = [
  /Bind for \S*?:(\d+) failed: port is already allocated/,
  /listen tcp\d? \S*?:(\d+): bind:/,
  /failed to bind host port (?:for )?\S*?:(\d+)[:/].*address already in use/,
  /ports are not available: .*?:(\d+)\b/i,
];

const NOT_WELL = [
  /container (\S+) (?:is unhealthy|exited \(\d+\))/,
  /service "([^"]+)" didn't complete successfully/,
];

/** What the first of some patterns that matches has in its brackets. */
const captured = (patterns: readonly RegExp[], text: string): string | undefined =>
  patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);

/** Reads Compose's output: the words of Compose 2 and of the engine, as they are passed on. */
export const reasonOf = (output: string): Reason => {
  const port = captured(PORT_TAKEN, output);
  if (port !== undefined) return { kind: 'port', port };
  if (/no space left on device/i.test(output)) return { kind: 'disk' };
  if (/Cannot connect to the Docker daemon|error during connect/i.test(output)) return { kind: 'engine' };
  const name = captured(NOT_WELL, output);
  return name === undefined ? { kind: 'other' } : { kind: 'container', name };
};

const variableOf = async (compose: Compose, port: string): Promise<string> => {
  const config = await compose.config().catch(() => undefined);
  const published = config?.services['gateway']?.ports?.find((one) => one.published === port);
  return PORT_VARIABLES.get(published?.target ?? 0) ?? [...PORT_VARIABLES.values()].join(' or ');
};

/** What is told of a container that is not well: its state and its last log lines. */
export const tellOfContainer = async (docker: Docker, replica: Replica): Promise<string> => {
  const detail = await inspectReplica(docker, replica);
  const lines = await lastLines(docker, replica.id, LAST_LINES);
  const ended = `ended with exit code ${detail?.exitCode ?? '?'}`;
  const crashes =
    detail && detail.restarts > 0 ? `crashed and was started again ${detail.restarts} times` : '';
  const state = crashes || (detail?.running ? `is ${detail.health}` : ended);
  const said =
    lines.length > 0
      ? `. Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`
      : '; it logged nothing.';
  return `${replica.name} ${state}${said}`;
};

/**
 * Says what `docker compose` could not do, in one line, or with the last log lines of the container that failed.
 *
 * @returns a StackError; what it was given, when that is no failure of Compose
 */
export const composeFault = async (
  error: unknown,
  docker: Docker,
  project: string,
  compose: Compose,
): Promise<Error> => {
  if (!(error instanceof ComposeFailure)) return asFault(error);
  const reason = reasonOf(error.output);
  const say = (text: string): StackError => new StackError(text, { cause: error });
  if (reason.kind === 'port')
    return say(
      `Port ${reason.port} is taken: stop what uses it, or set ${await variableOf(compose, reason.port)} to another.`,
    );
  if (reason.kind === 'disk')
    return say('The disk is full: free some space, for example with docker system prune.');
  if (reason.kind === 'engine') return say(`The Docker Engine does not answer: ${error.message}`);
  if (reason.kind === 'container') {
    const { name } = reason;
    const all = await listReplicas(docker, project);
    const failed = all.find((replica) => replica.name === name || replica.service === name);
    if (failed) return say(await tellOfContainer(docker, failed));
  }
  return say(`docker compose: ${error.message}`);
};
