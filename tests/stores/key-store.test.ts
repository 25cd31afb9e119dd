import { generateSigningKey, type SigningKey } from '@duet/shared/kernel/token.ts';
import { expect, it } from 'vitest';
import { eachStore, race } from './each-store.ts';

eachStore('KeyStore', (stores) => {
  it('When no key was ever stored, then the list is empty', async () => {
    expect(await stores().keys.list()).toEqual([]);
  });

  it('When the first key is stored, then it is returned and listed whole, with its private half', async () => {
    const key = await generateSigningKey('first');
    expect(await stores().keys.insertFirst(key)).toEqual([key]);
    expect(await stores().keys.list()).toEqual([key]);
    expect(key.privateJwk.d).toBeTypeOf('string');
  });

  it('When there is a key already, then another is not stored and the stored one is returned', async () => {
    const first = await generateSigningKey('first');
    await stores().keys.insertFirst(first);
    expect(await stores().keys.insertFirst(await generateSigningKey('second'))).toEqual([first]);
    expect(await stores().keys.list()).toEqual([first]);
  });

  it('When 20 processes make the first key at once, then all of them get the same one', async () => {
    const rivals = await race(20, (worker) => generateSigningKey(`rival-${worker}`));
    const results = await race(20, (worker) => stores().keys.insertFirst(rivals[worker] as SigningKey));
    const [winner] = await stores().keys.list();
    expect(rivals).toContainEqual(winner);
    expect(results).toEqual(rivals.map(() => [winner]));
    expect(await stores().keys.list()).toHaveLength(1);
  });
});
