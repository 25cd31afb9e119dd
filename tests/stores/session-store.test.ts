import type { RefreshToken } from '@duet/shared/auth/ports.ts';
import { expect, it } from 'vitest';
import { eachStore, race } from './each-store.ts';
import { NOW, refreshToken } from './fixtures.ts';

eachStore('SessionStore', (stores, { forgets }) => {
  const started = async (change: Partial<RefreshToken> = {}): Promise<RefreshToken> => {
    const token = refreshToken(change);
    await stores().sessions.start(token);
    return token;
  };
  const successorOf = ({ familyId, accountId }: RefreshToken): RefreshToken =>
    refreshToken({ familyId, accountId, expiresAt: NOW + 7_200_000 });

  it('When a family was started, then its first token is found, unused and honoured', async () => {
    const token = await started();
    expect(await stores().sessions.find(token.hash)).toEqual({ ...token, used: false, familyRevoked: false });
  });

  it('When no such token was ever stored, then nothing is found and nothing rotates', async () => {
    const { hash } = refreshToken();
    const next = refreshToken();
    expect(await stores().sessions.find(hash)).toBeUndefined();
    expect(await stores().sessions.rotate(hash, next)).toBe(false);
    expect(await stores().sessions.find(next.hash)).toBeUndefined();
  });

  it('When a token rotates, then it is used and its successor is there unused', async () => {
    const token = await started();
    const next = successorOf(token);
    expect(await stores().sessions.rotate(token.hash, next)).toBe(true);
    expect(await stores().sessions.find(token.hash)).toEqual({ ...token, used: true, familyRevoked: false });
    expect(await stores().sessions.find(next.hash)).toEqual({ ...next, used: false, familyRevoked: false });
  });

  it('When a successor rotates in its turn, then that works too', async () => {
    const token = await started();
    const next = successorOf(token);
    await stores().sessions.rotate(token.hash, next);
    expect(await stores().sessions.rotate(next.hash, successorOf(next))).toBe(true);
  });

  it('When a used token rotates, then that is refused and no successor is stored', async () => {
    const token = await started();
    await stores().sessions.rotate(token.hash, successorOf(token));
    const second = successorOf(token);
    expect(await stores().sessions.rotate(token.hash, second)).toBe(false);
    expect(await stores().sessions.find(second.hash)).toBeUndefined();
  });

  it('When a family is revoked, then all its tokens are, and no other family', async () => {
    const token = await started();
    const next = successorOf(token);
    await stores().sessions.rotate(token.hash, next);
    const other = await started({ accountId: token.accountId });
    await stores().sessions.revokeFamily(token.familyId);
    expect((await stores().sessions.find(token.hash))?.familyRevoked).toBe(true);
    expect((await stores().sessions.find(next.hash))?.familyRevoked).toBe(true);
    expect((await stores().sessions.find(other.hash))?.familyRevoked).toBe(false);
  });

  it('When a token of a revoked family rotates, then that is refused and nothing changes', async () => {
    const token = await started();
    await stores().sessions.revokeFamily(token.familyId);
    const next = successorOf(token);
    expect(await stores().sessions.rotate(token.hash, next)).toBe(false);
    expect(await stores().sessions.find(token.hash)).toEqual({ ...token, used: false, familyRevoked: true });
    expect(await stores().sessions.find(next.hash)).toBeUndefined();
  });

  it('When 20 workers rotate the same token at once, then one wins and only its successor is stored', async () => {
    const token = await started();
    const rivals = Array.from({ length: 20 }, () => successorOf(token));
    const results = await race(20, (worker) =>
      stores().sessions.rotate(token.hash, rivals[worker] as RefreshToken),
    );
    expect(results.filter((won) => won)).toHaveLength(1);
    const found = await Promise.all(rivals.map(({ hash }) => stores().sessions.find(hash)));
    expect(found.flatMap((next) => next?.hash ?? [])).toEqual([rivals[results.indexOf(true)]?.hash]);
  });

  it('When a family is revoked while its tokens rotate, then none that is stored is honoured', async () => {
    await race(10, async () => {
      const token = await started();
      const next = successorOf(token);
      await Promise.all([
        stores().sessions.rotate(token.hash, next),
        stores().sessions.revokeFamily(token.familyId),
      ]);
      expect((await stores().sessions.find(next.hash))?.familyRevoked ?? true).toBe(true);
      expect(await stores().sessions.rotate(next.hash, successorOf(next))).toBe(false);
    });
  });

  it.runIf(forgets === 'on-request')(
    'When what has expired is removed, then it is gone and what has not stays',
    async () => {
      const expired = await started({ expiresAt: NOW - 1 });
      const just = await started({ expiresAt: NOW });
      const rotated = await started({ expiresAt: NOW - 1 });
      const next = successorOf(rotated);
      await stores().sessions.rotate(rotated.hash, next);
      await stores().sessions.removeExpired(NOW);
      expect(await stores().sessions.find(expired.hash)).toBeUndefined();
      expect(await stores().sessions.find(rotated.hash)).toBeUndefined();
      expect((await stores().sessions.find(just.hash))?.hash).toBe(just.hash);
      expect(await stores().sessions.rotate(next.hash, successorOf(next))).toBe(true);
    },
  );
});
