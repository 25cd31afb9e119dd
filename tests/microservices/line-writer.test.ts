import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeLineWriter } from '../../microservices/edge/line-writer.ts';
import { becomes, startFixture } from './fixtures/start.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'duet-lines-'));
});
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  rmSync(folder, { recursive: true, force: true });
});

describe('makeLineWriter', () => {
  it('When lines are written, then they come in order, at the latest after a moment, and at once when asked', async () => {
    const path = join(folder, 'log');
    const fd = openSync(path, 'a');
    cleanups.push(() => closeSync(fd));
    const writer = makeLineWriter(fd);
    writer.write('one\n');
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    writer.write('zwei ü\n');
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    await becomes(() => readFileSync(path, 'utf8') === 'one\nzwei ü\n');
    writer.write('three\n');
    writer.flush();
    expect(readFileSync(path, 'utf8')).toBe('one\nzwei ü\nthree\n');
    for (let i = 0; i < 5_000; i += 1) writer.write(`${i}\n`);
    writer.flush();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5_004);
  });

  it("When nobody reads a service's log any more, then the service goes on and still stops in order", async () => {
    const service = await startFixture();
    cleanups.push(() => service.child.kill('SIGKILL'));
    service.child.stdout?.destroy();
    for (let i = 0; i < 50; i += 1)
      expect((await fetch(`http://127.0.0.1:${service.port}/nothing`)).status).toBe(404);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });

  it('When a reader stops reading, then the writer gives up on a block after a second and does not wait for ever', async () => {
    const script = `
      import { makeLineWriter } from ${JSON.stringify(join(import.meta.dirname, '../../microservices/edge/line-writer.ts'))};
      process.stdout.isTTY; // makes the pipe non-blocking
      const writer = makeLineWriter(1);
      writer.write('x'.repeat(4_000_000));
      writer.flush();
      process.exit(7);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    child.stdout.pause();
    const [code] = await once(child, 'exit');
    expect(code).toBe(7);
  });
});
