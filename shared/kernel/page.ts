import * as z from 'zod';

/** A page of a listing. `nextCursor` is null on the last page. */
export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

/** What a store is asked for: at most `limit` items after (exclusive) the id `after`. */
export type PageRequest = { readonly limit: number; readonly after?: string | undefined };

const CURSOR = /^[A-Za-z0-9_-]{48}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const idOfCursor = (cursor: string): string => atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));

/** The opaque cursor that continues after the item with this id. */
export const cursorOf = (id: string): string => btoa(id).replaceAll('+', '-').replaceAll('/', '_');

/** Query parameters of a listing: `limit` 1 to 100 (20 if absent) and the `cursor` of an earlier page. */
export const PageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'Is not a number from 1 to 100.')
    .transform(Number)
    .refine((limit) => limit <= 100, 'Is not a number from 1 to 100.')
    .optional(),
  cursor: z
    .string()
    .refine(
      (cursor) => CURSOR.test(cursor) && UUID.test(idOfCursor(cursor)),
      'Is not a cursor of this listing.',
    )
    .transform(idOfCursor)
    .optional(),
});

/** Validated query parameters of a listing; `cursor` has become the id to continue after. */
export type PageQuery = z.output<typeof PageQuery>;

/** What a store is asked for to answer a listing: one more than the page holds tells whether another follows. */
export const pageRequestOf = (query: PageQuery): PageRequest => ({
  limit: query.limit ?? 20,
  after: query.cursor,
});

/** Cuts a page out of what the store returned for `limit + 1`. */
export const pageOf = <T extends { readonly id: string }>(rows: readonly T[], limit: number): Page<T> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorOf(last.id) : null };
};
