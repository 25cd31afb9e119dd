import { freePorts } from '../../../local/start-ports.ts';
import { newCredentials } from '../../support/people.ts';
import type { Credentials } from '../../support/shop.ts';
import { type DockerOptions, docker, engineAnswers, type Output } from './docker.ts';
import { projectName, removeProject } from './stale-projects.ts';

export { engineAnswers };

/** The services that can have several replicas. */
export type Replicated = 'auth' | 'inventory' | 'orders';

/** A running stack as plain data, so that it can be told to another process. */
export type StackFacts = {
  /** Name of its compose project. */
  readonly project: string;
  /** Of the gateway, e.g. `http://127.0.0.1:32801`. */
  readonly url: string;
  /** Of the gateway's statistics: `/stats`, `/stats;csv`, `/metrics`. */
  readonly statsUrl: string;
  readonly administrator: Credentials;
  /** Replicas of each service, as it was started. */
  readonly scale: Readonly<Record<Replicated, number>>;
  /** What compose was started with; every later compose command needs the same. */
  readonly env: Readonly<Record<string, string>>;
};

/** A running stack in hand. */
export type ComposeStack = StackFacts & {
  /** Runs `docker compose` on this stack, e.g. `['stop', 'orders']`. */
  readonly compose: (args: readonly string[], options?: DockerOptions) => Promise<Output>;
  /** Runs `docker`. */
  readonly docker: (args: readonly string[], options?: DockerOptions) => Promise<Output>;
  /** Ends the stack, with its data. */
  readonly down: () => Promise<void>;
};

/** What a stack is started with. */
export type ComposeOptions = {
  /** Tells this stack from others of the same process: a-z and 0-9. */
  readonly name: string;
  /** More variables for compose, e.g. `DUET_TRUSTED_PROXIES`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Replicas; one of each unless given. */
  readonly scale?: Partial<Record<Replicated, number>>;
};

/** Longest time in ms that building the images and starting everything may take. */
const UP_MS = 600_000;

/** Log lines of a container that are told when the stack does not come up. */
const LAST_LINES = 25;

/** The stack that facts tell of. */
export const stackInHand = (facts: StackFacts): ComposeStack => ({
  ...facts,
  compose: (args, options = {}) =>
    docker(['compose', '--project-name', facts.project, ...args], {
      ...options,
      env: { ...facts.env, ...options.env },
    }),
  docker,
  down: () => removeProject(facts.project),
});

type Listed = {
  readonly Name: string;
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
};

/** What was never started has nothing to say: it waits for another that has. */
const isWell = ({ State, Health, ExitCode }: Listed): boolean => {
  if (State === 'running') return Health === '' || Health === 'healthy';
  return State === 'created' || (State === 'exited' && ExitCode === 0);
};

/** The last log lines of every container that is not as it should be. */
const complaints = async ({ compose, docker }: ComposeStack): Promise<string> => {
  const { stdout } = await compose(['ps', '--all', '--format', 'json']);
  const listed = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Listed);
  const told = listed
    .filter((one) => !isWell(one))
    .map(async ({ Name, State, Health, ExitCode }) => {
      const { stdout, stderr } = await docker(['logs', '--tail', String(LAST_LINES), Name]);
      return `--- ${Name}: ${State} ${Health || ExitCode}\n${stdout}${stderr}`.trimEnd();
    });
  return (await Promise.all(told)).join('\n');
};

/** Makes an administrator with auth's own command, which thinks of a password. */
const makeAdministrator = async ({ compose }: ComposeStack): Promise<Credentials> => {
  const { email } = newCredentials();
  const command = ['node', 'microservices/auth/create-administrator.ts', '--email', email];
  const { stdout } = await compose(['exec', '-T', 'auth', ...command]);
  const { password } = JSON.parse(stdout) as Credentials;
  return { email, password };
};

/**
 * Builds and starts a stack of its own with `docker compose up --build --wait`, on free ports of 127.0.0.1.
 *
 * @throws Error with the last log lines of what is not healthy; nothing is left running then
 */
export const startComposeStack = async ({
  name,
  env = {},
  scale = {},
}: ComposeOptions): Promise<ComposeStack> => {
  const [port = 0, statsPort = 0] = await freePorts(2);
  const facts = {
    project: projectName(name),
    url: `http://127.0.0.1:${port}`,
    statsUrl: `http://127.0.0.1:${statsPort}`,
    administrator: { email: '', password: '' },
    scale: { auth: 1, inventory: 1, orders: 1, ...scale },
    env: { ...env, DUET_PORT: String(port), DUET_STATS_PORT: String(statsPort) },
  };
  const stack = stackInHand(facts);
  const scales = Object.entries(facts.scale).flatMap(([service, count]) => [
    '--scale',
    `${service}=${count}`,
  ]);
  try {
    await stack.compose(['--ansi', 'never', '--progress', 'plain', 'up', '--build', '--wait', ...scales], {
      withinMs: UP_MS,
    });
    return stackInHand({ ...facts, administrator: await makeAdministrator(stack) });
  } catch (error) {
    const told = await complaints(stack).catch((cause) => `Its containers could not be looked at: ${cause}`);
    await stack.down().catch(() => {});
    throw new Error(`The stack ${facts.project} did not start.\n${told}`, { cause: error });
  }
};
