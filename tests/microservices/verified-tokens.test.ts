import { describe, expect, it } from 'vitest';
import { rememberVerified } from '../../microservices/edge/verified-tokens.ts';

const tokenOf = (exp: number, name = 'a'): string =>
  `${name}.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.sig`;

describe('rememberVerified', () => {
  it('When a token comes again, then it is not verified again, until it expires', async () => {
    let now = 1_000_000;
    const verified: string[] = [];
    const verify = rememberVerified(
      async (token) => {
        verified.push(token);
        if (now >= 1_060_000) throw new Error('expired');
        return { sub: 'me' };
      },
      () => now,
    );
    const token = tokenOf(1_060);
    expect(await verify(token)).toEqual({ sub: 'me' });
    now = 1_059_999;
    expect(await verify(token)).toEqual({ sub: 'me' });
    expect(verified).toHaveLength(1);
    now = 1_060_000;
    await expect(verify(token)).rejects.toThrow('expired');
    await expect(verify(token)).rejects.toThrow('expired');
  });

  it('When a token is refused, then the refusal is not remembered', async () => {
    let good = false;
    const verify = rememberVerified(async () => {
      if (!good) throw new Error('no key yet');
      return 1;
    }, Date.now);
    const token = tokenOf(9_999_999_999);
    await expect(verify(token)).rejects.toThrow('no key yet');
    good = true;
    expect(await verify(token)).toBe(1);
  });

  it('When two tokens differ in one character, then each is verified', async () => {
    let count = 0;
    const verify = rememberVerified(async () => ++count, Date.now);
    await verify(tokenOf(9_999_999_999, 'a'));
    await verify(tokenOf(9_999_999_999, 'b'));
    expect(count).toBe(2);
  });

  it('When ten thousand tokens come, then only the last five thousand are kept', async () => {
    let count = 0;
    const verify = rememberVerified(async () => ++count, Date.now);
    for (let i = 0; i < 10_000; i += 1) await verify(tokenOf(9_999_999_999, String(i)));
    await verify(tokenOf(9_999_999_999, '9999'));
    expect(count).toBe(10_000);
    await verify(tokenOf(9_999_999_999, '0'));
    expect(count).toBe(10_001);
  });
});
