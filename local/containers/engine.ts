import { execFile } from 'node:child_process';
import Docker from 'dockerode';
import { environment } from '../../shared/kernel/config.ts';
import { asFault, StackError } from './errors.ts';

/** Longest wait for the engine's first answer, in ms. */
const PING_MS = 5_000;

/** Codes of a connection that was never made, or that broke. */
const UNREACHABLE = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ABORT_ERR',
]);

/** The engine of Docker's current context, which the `docker` command uses; undefined where there is none. */
const contextHost = (): Promise<string | undefined> =>
  new Promise((resolve) => {
    const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
    execFile('docker', args, { timeout: PING_MS }, (error, out) =>
      resolve(error ? undefined : out.trim() || undefined),
    );
  });

/** Where the engine is: DOCKER_HOST, or the current context's, or the usual socket. */
const engineHost = async (): Promise<{ readonly host?: string; readonly said: string }> => {
  const given = environment()['DOCKER_HOST'];
  if (given) return { said: `DOCKER_HOST=${given}` };
  const host = await contextHost();
  return host
    ? { host, said: `${host} (DOCKER_HOST is not set)` }
    : { said: 'the usual socket (DOCKER_HOST is not set)' };
};

const makeClient = (host: string | undefined): Docker => {
  // Without options dockerode reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH itself.
  if (host === undefined) return new Docker();
  if (/^(unix|npipe):\/\//.test(host)) return new Docker({ socketPath: host.replace(/^\w+:\/\//, '') });
  const { hostname, port } = new URL(host);
  return new Docker({ host: hostname, port, protocol: 'http' });
};

/** What the engine could not do, in one line; undefined for what is no fault of the engine. */
export const engineFault = (error: unknown): StackError | undefined => {
  const { code, statusCode, message, name } = asFault(error);
  if (/no space left on device/i.test(message) || code === 'ENOSPC')
    return new StackError('The disk is full: free some space, for example with docker system prune.', {
      cause: error,
    });
  if (statusCode !== undefined) {
    const reason = message.replace(/^\(HTTP code \d+\) /, '').trim();
    return new StackError(`The Docker Engine refused: ${reason}.`, { cause: error });
  }
  if (UNREACHABLE.has(code ?? '') || name === 'TimeoutError' || name === 'AbortError')
    return new StackError(`The Docker Engine does not answer any more: ${message}.`, { cause: error });
  return undefined;
};

/**
 * Connects to the Docker Engine of DOCKER_HOST, or of Docker's current context.
 *
 * @throws StackError that says which address was tried, when no engine answers there
 */
export const connectEngine = async (): Promise<Docker> => {
  const { host, said } = await engineHost();
  try {
    const docker = makeClient(host);
    await Promise.race([
      docker.ping(),
      new Promise((_, reject) => {
        setTimeout(() => reject(new Error(`no answer for ${PING_MS / 1000} s`)), PING_MS).unref();
      }),
    ]);
    return docker;
  } catch (error) {
    const { code, message } = asFault(error);
    const advice =
      code === 'EACCES'
        ? 'this user may not use it'
        : 'start Docker, or point DOCKER_HOST at an engine that runs';
    throw new StackError(`No Docker Engine answers at ${said}: ${advice} (${message || code}).`, {
      cause: error,
    });
  }
};
