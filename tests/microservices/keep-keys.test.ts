import { makeKeyStore } from '@duet/shared/adapters/memory/key-store.ts';
import { newUuid } from '@duet/shared/adapters/system/system.ts';
import { makeGetJwks } from '@duet/shared/auth/get-jwks.ts';
import { accessTokenUse, makeVerifyAccess } from '@duet/shared/kernel/access.ts';
import { makePublicKeys } from '@duet/shared/kernel/jwks.ts';
import { silentLog } from '@duet/shared/kernel/log.ts';
import { makeSigningKeys, makeSignToken } from '@duet/shared/kernel/token.ts';
import { describe, expect, it } from 'vitest';
import { keepKeys } from '../../microservices/edge/keep-keys.ts';
import { becomes } from './fixtures/start.ts';

const MINUTE = 60_000;

describe('keepKeys', () => {
  it('When auth comes late and then stops for 30 minutes, then a token that nobody had shown before is still good', async () => {
    const time = { now: Date.now() };
    const clock = () => time.now;
    const keys = makeSigningKeys({ store: makeKeyStore(), newId: newUuid });
    const getJwks = makeGetJwks({ keys });
    let [up, fetched, tried] = [false, 0, 0];
    const fetchJwks = async () => {
      tried += 1;
      if (!up) throw new Error('connection refused');
      fetched += 1;
      return getJwks();
    };
    const publicKeys = makePublicKeys({ fetchJwks, clock });
    const loop = keepKeys(publicKeys, silentLog);
    await becomes(() => tried >= 2);
    up = true;
    await becomes(() => fetched === 1);
    await loop.stop();

    up = false;
    time.now += 29 * MINUTE;
    const sign = makeSignToken({ keys, clock, newId: newUuid });
    const id = newUuid();
    const token = await sign(accessTokenUse('duet-auth'), 900, { sub: id, role: 'customer' });
    const verify = makeVerifyAccess({ keys: publicKeys, clock, issuer: 'duet-auth' });
    expect(await verify(token)).toEqual({ id, role: 'customer' });
    time.now += MINUTE;
    expect(await verify(token)).toEqual({ id, role: 'customer' });
    time.now += 15 * MINUTE;
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
