import { rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send } from './support/aws.ts';
import { killLeftOver, spawnCloud, startCloudProcess } from './support/cloud-process.ts';
import { makeDataDir } from './support/test-cloud.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(async () => {
  await killLeftOver();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('local/cloud/main.ts', () => {
  it('When it is asked to stop, then it ends with code 0, its ports are closed, and it was healthy before', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const cloud = await startCloudProcess(dataDir);
      const health = await send(cloud.ports.control, 'GET', '/health', {});
      expect([health.status, health.json]).toMatchObject([200, { ready: true, ports: cloud.ports }]);
      expect(await cloud.kill(signal)).toEqual({ code: 0, signal: null });
      for (const port of Object.values(cloud.ports)) {
        await expect(send(port, 'GET', '/', {})).rejects.toThrow(/ECONNREFUSED/);
      }
    }
  });

  it('When a data directory is in use, then a second start says by whom; after a kill -9 it can be taken', async () => {
    const first = await startCloudProcess(dataDir, ['--no-triggers']);
    const second = spawnCloud(dataDir, ['--no-triggers']);
    expect((await second.exited).code).toBe(1);
    expect(second.stderr()).toContain(`is in use by another local cloud (process ${first.pid})`);
    await first.kill('SIGKILL');
    const third = await startCloudProcess(dataDir, ['--no-triggers']);
    expect(await third.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('When a port is taken, then the message names port, service and option, and the others are given back', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const child = spawnCloud(dataDir, ['--s3-port', String(port)]);
    expect((await child.exited).code).toBe(1);
    expect(child.stderr()).toContain(
      `Port ${port} (S3) is taken by another process: choose another with --s3-port`,
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it('When the template is missing, then the message names the file', async () => {
    const child = spawnCloud(dataDir, ['--template', join(dataDir, 'none.yml')]);
    expect((await child.exited).code).toBe(1);
    expect(child.stderr()).toContain('none.yml');
  });

  it('When it starts for the first time, then it makes credentials that only their owner can read, others each time', async () => {
    const cloud = await startCloudProcess(dataDir, ['--no-triggers']);
    expect(statSync(join(dataDir, 'credentials.json')).mode & 0o777).toBe(0o600);
    const other = makeDataDir();
    const stranger = await startCloudProcess(other, ['--no-triggers']);
    expect(stranger.dynamodb.credentials).not.toEqual(cloud.dynamodb.credentials);
    await Promise.all([cloud.kill('SIGTERM'), stranger.kill('SIGTERM')]);
    rmSync(other, { recursive: true, force: true });
  });

  it('When a request to the control port names a foreign host, then it is refused', async () => {
    const cloud = await startCloudProcess(dataDir, ['--no-triggers']);
    const answer = await send(cloud.ports.control, 'GET', '/queues', { host: 'evil.example' });
    expect(answer.status).toBe(403);
    await cloud.kill('SIGTERM');
  });
});
