import { describe, expect, it } from 'vitest';
import { makeServiceLog } from '../../microservices/edge/log.ts';
import { makeRequestIds } from '../../microservices/edge/request-ids.ts';

function makeLog(level = 'info') {
  const lines: string[] = [];
  const requestIds = makeRequestIds();
  const stream = { write: (line: string) => void lines.push(line) };
  const log = makeServiceLog({ service: 'test', level, requestIds, stream });
  return { log, lines, requestIds, last: () => JSON.parse(lines.at(-1) ?? '') };
}

describe('makeServiceLog', () => {
  it('When a line is written, then it is one line of JSON with level, time, service and message', () => {
    const { log, last, lines } = makeLog();
    log.info({ orderId: 'o1', text: 'a\nb' }, 'order placed');
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
    expect(last()).toMatchObject({ level: 'info', service: 'test', orderId: 'o1', msg: 'order placed' });
    expect(Date.parse(last().time)).toBeGreaterThan(Date.now() - 10_000);
  });

  it('When a field has a secret name, at any depth and in any case, then its value is not written', () => {
    const { log, lines } = makeLog();
    const secret = 'S3CRET-VALUE';
    const headers = {
      Authorization: secret,
      cookie: secret,
      'Set-Cookie': [secret],
      'x-upload-token': secret,
    };
    log.info(
      { password: secret, accessToken: secret, refreshToken: secret, token: secret, req: { headers } },
      'a',
    );
    log.warn({ list: [{ deep: { PASSWORD: { inner: secret } } }], privateJwk: { d: secret } }, 'b');
    expect(lines.join('')).not.toContain(secret);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('When an error is logged, then its message, code, stack and causes are there', () => {
    const { log, last } = makeLog();
    const cause = Object.assign(new Error('inner'), { code: '23505', token: 'S3CRET' });
    log.error({ err: new Error('outer', { cause }) }, 'failed');
    expect(last().err).toMatchObject({
      name: 'Error',
      message: 'outer',
      cause: { message: 'inner', code: '23505' },
    });
    expect(last().err.stack).toContain('log.test.ts');
    expect(JSON.stringify(last())).not.toContain('S3CRET');
  });

  it('When a field refers to itself, then the line is written all the same', () => {
    const { log, last } = makeLog();
    const loop: Record<string, unknown> = { name: 'x' };
    loop['self'] = loop;
    log.info({ loop }, 'round');
    expect(last().msg).toBe('round');
  });

  it('When code runs for a request, then its lines carry the id, also after waiting, and two do not mix', async () => {
    const { log, lines, requestIds } = makeLog();
    const work = async (name: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      log.info({ name }, 'worked');
    };
    await Promise.all([
      requestIds.run('id-one', () => work('one')),
      requestIds.run('id-two', () => work('two')),
    ]);
    log.info({ name: 'none' }, 'worked');
    const ids = lines.map((line) => JSON.parse(line)).map(({ name, requestId }) => [name, requestId]);
    expect(ids).toEqual([
      ['one', 'id-one'],
      ['two', 'id-two'],
      ['none', undefined],
    ]);
  });

  it('When the level is error, then info and warn are not written', () => {
    const { log, lines } = makeLog('error');
    log.info({}, 'a');
    log.warn({}, 'b');
    log.error({}, 'c');
    expect(lines).toHaveLength(1);
  });
});
