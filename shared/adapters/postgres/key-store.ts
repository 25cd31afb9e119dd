import type { KeyStore, SigningKey } from '../../kernel/token.ts';
import { type Pool, query, type Statement } from './pool.ts';

const LIST: Statement = {
  name: 'keys.list',
  text: `
    select kid, private_jwk as "privateJwk", public_jwk as "publicJwk"
    from signing_keys order by generation desc`,
};

/** Of two processes that both find no key, one collides with the other's generation 1 and adds nothing. */
const INSERT_FIRST: Statement = {
  name: 'keys.insert-first',
  text: `
    insert into signing_keys (generation, kid, private_jwk, public_jwk)
    select 1, $1::text, $2::json, $3::json where not exists (select from signing_keys)
    on conflict (generation) do nothing`,
};

/** A service's signing keys in its own PostgreSQL database. */
export const makeKeyStore = ({ pool }: { pool: Pool }): KeyStore => {
  const list = () => query<SigningKey>(pool, LIST);
  return {
    list,
    insertFirst: async ({ kid, privateJwk, publicJwk }) => {
      await query(pool, INSERT_FIRST, [kid, JSON.stringify(privateJwk), JSON.stringify(publicJwk)]);
      return list();
    },
  };
};
