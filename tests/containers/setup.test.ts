import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../local/start-ports.ts';
import { makeRandom } from '../faults/random.ts';
import { until } from '../support/until.ts';
import { stackInHand } from './support/compose-stack.ts';
import { describeStack } from './support/shared-stack.ts';
import { projectName } from './support/stale-projects.ts';

/** How often each job is killed, at random moments. */
const KILLS = { secrets: 3, cluster: 2, databases: 3, 'migrate-orders': 2 } as const;
/** Longest run of a job here before it is killed, in ms. */
const MOST_MS = 300;
/** Half a cluster: there from the first moments of the job until it gives the whole one its name. */
const HALF = '/var/lib/postgresql/data/cluster.new/PG_VERSION';

describeStack('Jobs', (shared) => {
  it('When jobs are killed in their midst, then the next start completes what they began, and the one after it changes nothing', async () => {
    const [port = 0, statsPort = 0] = await freePorts(2);
    const stack = stackInHand({
      ...shared,
      project: projectName('setup'),
      env: { DUET_PORT: String(port), DUET_STATS_PORT: String(statsPort) },
    });
    onTestFinished(stack.down, 120_000);
    await stack.compose(['build'], { withinMs: 300_000 });

    const begin = async (job: string): Promise<string> =>
      (await stack.compose(['run', '--detach', '--no-deps', job])).stdout.trim();
    /** Ends a job as a power cut would. Resolves with its exit code: 137, unless it had ended before. */
    const kill = async (id: string): Promise<number> => {
      await stack.docker(['kill', id]).catch(() => {});
      const { stdout } = await stack.docker(['wait', id]);
      await stack.docker(['rm', '--force', id]);
      return Number(stdout);
    };

    const random = makeRandom(20261122);
    for (const [job, kills] of Object.entries(KILLS)) {
      if (job === 'cluster') {
        const id = await begin(job);
        const look = async () => stack.docker(['exec', id, 'test', '-e', HALF]);
        await until('half a cluster', look, { patient: true });
        expect(await kill(id)).toBe(137);
      }
      if (job === 'databases') await stack.compose(['up', '--detach', '--wait', 'postgres']);
      for (let count = 0; count < kills; count += 1) {
        const id = await begin(job);
        await pause(random() * MOST_MS);
        expect([0, 137]).toContain(await kill(id));
      }
    }

    const up = () => stack.compose(['up', '--wait'], { withinMs: 120_000 });
    const passwords = async () =>
      (await stack.compose(['exec', '-T', 'orders', 'cat', '/run/secrets/duet/password'])).stdout;
    const answer = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
    await up();
    expect(await answer()).toBe(200);
    const made = await passwords();

    await up();
    expect(await answer()).toBe(200);
    expect(await passwords()).toBe(made);
  });
});
