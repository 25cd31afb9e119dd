import type { Html } from '../../shared/contract/html.ts';

/** What a report says, apart from how it looks: sections are made of blocks, and the page and the Markdown show the same ones. */

/** A cell: its text, and in a second line what belongs to it, e.g. an interval. */
export type Cell = {
  readonly text: string;
  readonly note?: string;
  /** The very figure of which the text is a rounding. */
  readonly value?: number;
  /** Bold, for what did not hold. */
  readonly bad?: boolean;
};

/** A table whose first column names the rows. */
export type Table = {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns, by their index, that are words and not figures; the first one always is. */
  readonly words?: readonly number[];
};

/** A part of a section. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly mark?: 'yes' | 'no' }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, string])[] }
  | { readonly kind: 'code'; readonly text: string }
  /** Beside each other where there is room. */
  | { readonly kind: 'columns'; readonly columns: readonly (readonly Block[])[] }
  | { readonly kind: 'table'; readonly table: Table }
  /** Shown on the page alone: what it draws is also in a table. */
  | { readonly kind: 'drawing'; readonly html: Html }
  | { readonly kind: 'fold'; readonly summary: string; readonly blocks: readonly Block[] };

/** A section with an address of its own on the page. */
export type Section = { readonly id: string; readonly title: string; readonly blocks: readonly Block[] };

/** Plain words in a cell. */
export const words = (text: string): Cell => ({ text });

/** A paragraph. */
export const text = (paragraph: string): Block => ({ kind: 'text', text: paragraph });

/** A heading within a section. */
export const heading = (title: string): Block => ({ kind: 'heading', text: title });

/** A table as a block. */
export const table = (content: Table): Block => ({ kind: 'table', table: content });

/** Blocks that the reader unfolds. */
export const fold = (summary: string, blocks: readonly Block[]): Block => ({ kind: 'fold', summary, blocks });
