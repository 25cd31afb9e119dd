import type { KeyStore, SigningKey } from '../../kernel/token.ts';
import type { DynamoClient } from './client.ts';
import { ABSENT } from './expression.ts';
import { keyOf } from './keys.ts';

/**
 * Signing keys in DynamoDB: one item that holds them all, newest first, so that "the first writer wins" is one condition.
 * As JSON text, because a JWK is nothing that DynamoDB needs to look into.
 */
export const makeKeyStore = ({ client, table }: { client: DynamoClient; table: string }): KeyStore => {
  const list = async (): Promise<readonly SigningKey[]> => {
    const item = await client.get(table, keyOf.signingKeys());
    return item ? (JSON.parse(String(item['keys'])) as SigningKey[]) : [];
  };
  return {
    list,
    insertFirst: async (key) => {
      const put = { ...keyOf.signingKeys(), keys: JSON.stringify([key]) };
      await client.transact(table, [{ put, condition: ABSENT, refused: 'taken' }]);
      return list();
    },
  };
};
