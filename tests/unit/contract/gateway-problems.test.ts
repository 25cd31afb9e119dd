import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError, type ErrorCode } from '@duet/shared/kernel/errors.ts';
import { problemOf } from '@duet/shared/kernel/problem.ts';
import { describe, expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../../deploy/compose/gateway/problems');

/** What each page of the gateway must say. 408 is bare: the contract has no row for it, and Node's own is bare too. */
const CODES: Readonly<Record<string, ErrorCode | undefined>> = {
  '400.http': 'malformed',
  '408.http': undefined,
  '413.http': 'too-large',
  '500.http': 'internal',
  '503.http': 'overloaded',
};

describe("The gateway's own problems", () => {
  it('When they are listed, then all of them are known here', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(CODES).sort());
  });

  it.for(Object.entries(CODES))('When %s is read, then it is what a service would say', ([file, code]) => {
    const [head = '', body = ''] = readFileSync(join(FOLDER, file), 'utf8').split(/\r?\n\r?\n/);
    const [line = '', ...fields] = head.split(/\r?\n/);
    const headers = Object.fromEntries(fields.map((field) => field.split(': ') as [string, string]));
    expect(line).toMatch(new RegExp(`^HTTP/1\\.1 ${file.slice(0, 3)} [A-Z]`));
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
    if (code === undefined) {
      expect(body).toBe('');
      return;
    }
    const wanted = problemOf(new DomainError(code));
    const { detail, ...problem } = JSON.parse(body);
    expect(problem).toEqual(wanted.body);
    expect(headers).toMatchObject(wanted.headers);
    expect(headers['retry-after']).toBe(wanted.headers['retry-after']);
  });
});
