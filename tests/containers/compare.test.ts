import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@duet/shared/kernel/config.ts';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from './support/docker.ts';
import { describeStack } from './support/shared-stack.ts';

/** Starting the serverless side, and seven walks through both. In ms. */
const WITHIN = 240_000;

describeStack('npm run compare', ({ url, administrator }) => {
  const reports = mkdtempSync(join(tmpdir(), 'duet-reports-'));
  afterAll(() => rmSync(reports, { recursive: true, force: true }));

  it('When its microservices are the containers, then both stacks answer alike', async () => {
    const args = ['run', '--silent', 'compare', '--', '--microservices', url, '--repeats', '2'];
    const options = ['--reports', reports, '--data', join(reports, 'nothing-runs-here')];
    const { email, password } = administrator;
    const env = { ...environment(), MICROSERVICES_ADMIN: `${email}:${password}` };
    const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
      execFile('npm', [...args, ...options], { cwd: ROOT, env, timeout: WITHIN }, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, out: `${stdout}${stderr}` });
      });
    });
    expect(code, out).toBe(0);
    expect(out).toContain(`microservices: at ${url}`);
    const { steps } = JSON.parse(readFileSync(join(reports, 'journey.json'), 'utf8'));
    expect(steps.length).toBeGreaterThan(10);
    for (const { differences } of steps) expect(differences).toEqual([]);
  });
});
