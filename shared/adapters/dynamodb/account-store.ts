import type { Account, AccountStore } from '../../auth/ports.ts';
import type { DynamoClient } from './client.ts';
import { ABSENT } from './expression.ts';
import { contentOf, keyOf } from './keys.ts';

/**
 * Accounts in DynamoDB. The whole account lies under its address, so that a log-in costs one read whether or not the
 * address is known: the time of a second read would tell.
 */
export const makeAccountStore = ({
  client,
  table,
}: {
  client: DynamoClient;
  table: string;
}): AccountStore => {
  const findByEmail = async (email: string): Promise<Account | undefined> => {
    const item = await client.get(table, keyOf.address(email));
    return item && contentOf<Account>(item);
  };
  return {
    insert: async (account) => {
      const refused = await client.transact(table, [
        { put: { ...keyOf.address(account.email), ...account }, condition: ABSENT, refused: 'taken' },
        { put: { ...keyOf.account(account.id), email: account.email } },
      ]);
      return refused.length === 0;
    },
    findByEmail,
    findById: async (id) => {
      const item = await client.get(table, keyOf.account(id));
      return item && findByEmail(String(item['email']));
    },
  };
};
