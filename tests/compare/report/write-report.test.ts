import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWholeFolder } from '../../../compare/report/whole-folder.ts';
import { writeReport } from '../../../compare/report/write-report.ts';
import { ReportData } from '../../../compare/results/report-data.ts';
import { smallestFixture } from './support/fixtures.ts';
import { makeRandom } from './support/random.ts';

const CHILD = fileURLToPath(new URL('./folder-child.ts', import.meta.url));
const FILES = ['compare.html', 'compare.json', 'compare.md'];

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'duet-report-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Starts a process that writes folders, and kills it so many ms after it began. Resolves with the folders that are there. */
const killWriting = async (parent: string, source: string, afterMs: number): Promise<string[]> => {
  const child = spawn(process.execPath, [CHILD, parent, source, '1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  return readdirSync(parent).filter((name) => !name.startsWith('.'));
};

describe('writing a report', () => {
  it('When a report is written, then its three files are in one folder, and the JSON is the data', () => {
    const data = smallestFixture();
    const { folder, html, json, markdown } = writeReport(join(dir, 'reports'), data);
    expect(readdirSync(folder).sort()).toEqual(FILES);
    expect(ReportData.parse(JSON.parse(readFileSync(json, 'utf8')))).toEqual(data);
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    expect(readFileSync(markdown, 'utf8')).toMatch(/^# microservices\/postgres under load\n/);
  });

  it('When a report of the same time is there already, then both are kept', () => {
    const [first, second] = [writeReport(dir, smallestFixture()), writeReport(dir, smallestFixture())];
    expect(second.folder).toBe(`${first.folder}-2`);
    expect(readdirSync(dir).sort()).toEqual(['load-2026-03-14T10-12-00Z', 'load-2026-03-14T10-12-00Z-2']);
  });

  it('When the data is no report, then it says so before anything is written', () => {
    const wrong = { ...smallestFixture(), tookSeconds: Number.NaN };
    expect(() => writeReport(join(dir, 'reports'), wrong)).toThrow(/tookSeconds/);
    expect(existsSync(join(dir, 'reports'))).toBe(false);
  });

  it('When a file cannot be written, then nothing is left', () => {
    expect(() => writeWholeFolder(dir, 'load', { 'a.txt': 'a', 'no/such/folder.txt': 'b' })).toThrow(
      /ENOENT/,
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('When the process is killed at any moment, then each folder that is there is whole', async () => {
    const source = join(dir, 'source.txt');
    writeFileSync(source, 'a report of many lines\n'.repeat(40_000));
    const whole = readFileSync(source, 'utf8').length;
    const random = makeRandom(11);
    let interrupted = 0;
    for (let trial = 0; trial < 10; trial++) {
      const parent = join(dir, `trial-${trial}`);
      mkdirSync(parent);
      const folders = await killWriting(parent, source, random() * 60);
      for (const folder of folders) {
        expect(readdirSync(join(parent, folder)).sort()).toEqual(FILES);
        for (const file of FILES) {
          const text = readFileSync(join(parent, folder, file), 'utf8');
          expect([text.length, text.endsWith(file.slice(8))]).toEqual([whole + file.length - 8, true]);
        }
      }
      if (readdirSync(parent).some((name) => name.startsWith('.making-'))) interrupted++;
      writeWholeFolder(parent, 'next', { 'a.txt': 'a' });
      expect(readdirSync(parent).filter((name) => name.startsWith('.'))).toEqual([]);
    }
    expect(interrupted).toBeGreaterThan(0);
  });

  it('When another process is writing, then what it has written so far is left alone', () => {
    mkdirSync(join(dir, `.making-${process.ppid}-abc`));
    mkdirSync(join(dir, '.making-4194305-abc'));
    writeWholeFolder(dir, 'load', { 'a.txt': 'a' });
    expect(readdirSync(dir).sort()).toEqual([`.making-${process.ppid}-abc`, 'load']);
  });
});
