import type { Account, AccountStore } from '../../auth/ports.ts';
import { type Pool, query, type Statement } from './pool.ts';

type Row = Omit<Account, 'createdAt'> & { readonly createdAt: Date };

const accountOf = (row: Row): Account => ({ ...row, createdAt: row.createdAt.toISOString() });

const COLUMNS = 'id, email, role, password_hash as "passwordHash", created_at as "createdAt"';

const INSERT: Statement = {
  name: 'accounts.insert',
  text: `
    insert into accounts (id, email, role, password_hash, created_at) values ($1, $2, $3, $4, $5)
    on conflict (email) do nothing returning id`,
};

const BY_EMAIL: Statement = {
  name: 'accounts.by-email',
  text: `select ${COLUMNS} from accounts where email = $1`,
};

const BY_ID: Statement = { name: 'accounts.by-id', text: `select ${COLUMNS} from accounts where id = $1` };

/** Accounts in PostgreSQL. */
export const makeAccountStore = ({ pool }: { pool: Pool }): AccountStore => ({
  insert: async ({ id, email, role, passwordHash, createdAt }) =>
    (await query(pool, INSERT, [id, email, role, passwordHash, createdAt])).length === 1,
  findByEmail: async (email) => (await query<Row>(pool, BY_EMAIL, [email])).map(accountOf)[0],
  findById: async (id) => (await query<Row>(pool, BY_ID, [id])).map(accountOf)[0],
});
