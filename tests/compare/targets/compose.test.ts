import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../local/start-child.ts';
import { until } from '../../support/until.ts';

const parent = mkdtempSync(join(tmpdir(), 'duet-targets-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const CHILD = fileURLToPath(new URL('./target-child.ts', import.meta.url));

describe('the stack in containers as a target', () => {
  it('When no engine answers, then it does not start, says so, and leaves nothing', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const { code, out } = await run(process.execPath, [CHILD, parent, 'compose'], env);
    expect(code).not.toBe(0);
    expect(out).toContain('No Docker Engine answers at DOCKER_HOST=unix:///nonexistent/docker.sock');
    await until('its folder is gone', async () => readdirSync(parent).length === 0 || undefined, {
      withinMs: 10_000,
    });
    expect(existsSync(parent)).toBe(true);
  });
});
