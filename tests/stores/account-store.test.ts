import { newUuid } from '@duet/shared/adapters/system/system.ts';
import type { Account } from '@duet/shared/auth/ports.ts';
import { expect, it } from 'vitest';
import { eachStore, race } from './each-store.ts';
import { later } from './fixtures.ts';

const account = (change: Partial<Account> = {}): Account => ({
  id: newUuid(),
  email: `o'neill+${newUuid()}@example.com`,
  role: 'customer',
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  createdAt: later(),
  ...change,
});

eachStore('AccountStore', (stores) => {
  it('When an account was inserted, then it is found by its address and by its id, with every field', async () => {
    const added = account({ role: 'admin' });
    expect(await stores().accounts.insert(added)).toBe(true);
    expect(await stores().accounts.findByEmail(added.email)).toEqual(added);
    expect(await stores().accounts.findById(added.id)).toEqual(added);
  });

  it('When there is no such account, then nothing is found', async () => {
    expect(await stores().accounts.findByEmail('nobody@example.com')).toBeUndefined();
    expect(await stores().accounts.findById(newUuid())).toBeUndefined();
  });

  it('When the address is taken, then the insert says false and changes nothing', async () => {
    const first = account();
    const second = account({ email: first.email, role: 'admin', passwordHash: 'other' });
    await stores().accounts.insert(first);
    expect(await stores().accounts.insert(second)).toBe(false);
    expect(await stores().accounts.findByEmail(first.email)).toEqual(first);
    expect(await stores().accounts.findById(second.id)).toBeUndefined();
  });

  it('When 20 workers insert the same address at once, then exactly one of them is told that it did', async () => {
    const rivals = Array.from({ length: 20 }, () => account({ email: 'rival@example.com' }));
    const results = await race(20, (worker) => stores().accounts.insert(rivals[worker] as Account));
    expect(results.filter((added) => added)).toHaveLength(1);
    const winner = rivals[results.indexOf(true)];
    expect(await stores().accounts.findByEmail('rival@example.com')).toEqual(winner);
    const found = await Promise.all(rivals.map(({ id }) => stores().accounts.findById(id)));
    expect(found.filter((account) => account !== undefined)).toEqual([winner]);
  });
});
