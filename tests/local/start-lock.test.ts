import { spawnSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readRunning, StartError, takeLock } from '../../local/start-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
};

describe('the lock of a data directory', () => {
  it('When a starter has it, then another is refused, and after its release not', () => {
    const data = newFolder();
    const lock = takeLock(data);
    expect(readRunning(data)?.pid).toBe(process.pid);
    expect(() => takeLock(data)).toThrow(StartError);
    expect(() => takeLock(data)).toThrow(`process ${process.pid}`);
    lock.release();
    expect(readRunning(data)).toBeUndefined();
    takeLock(data).release();
  });

  it('When a killed starter has left its file, then it counts as nothing', () => {
    const data = newFolder();
    const { pid } = spawnSync('true');
    const left = { pid, identity: `${pid}-1`, stacks: {} };
    writeFileSync(join(data, 'running.json'), JSON.stringify(left));
    expect(readRunning(data)).toBeUndefined();
    takeLock(data).release();
  });

  it('When the process id of a killed starter belongs to another process now, then the file still counts as nothing', () => {
    const data = newFolder();
    writeFileSync(
      join(data, 'running.json'),
      JSON.stringify({ pid: process.pid, identity: 'long ago', stacks: {} }),
    );
    takeLock(data).release();
  });

  it('When it says what runs, then only its owner can read it, for it holds passwords', () => {
    const data = newFolder();
    const lock = takeLock(data);
    const urls = {
      auth: 'http://127.0.0.1:1',
      inventory: 'http://127.0.0.1:2',
      orders: 'http://127.0.0.1:3',
    };
    lock.update({ microservices: { store: 'postgres', urls, env: {}, seeded: true } });
    expect(statSync(join(data, 'running.json')).mode & 0o777).toBe(0o600);
    expect(readRunning(data)?.stacks.microservices?.urls).toEqual(urls);
    lock.release();
  });
});
