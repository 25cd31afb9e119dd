/** A cell as the page has it: its text, its second line, and the figure behind the text. */
export type ReadCell = { readonly text: string; readonly note: string; readonly value: number | undefined };

/** A table as the page has it. The first cell of a row names it. */
export type ReadTable = {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReadCell[])[];
};

const plain = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .trim();

const cellOf = (markup: string): ReadCell => {
  const note = /<small>(.*?)<\/small>/s.exec(markup)?.[1] ?? '';
  const value = /<data value="([^"]*)">/.exec(markup)?.[1];
  return {
    text: plain(markup.replace(/<small>.*?<\/small>/s, '')),
    note: plain(note),
    value: value === undefined ? undefined : Number(value),
  };
};

const cellsOf = (row: string): string[] =>
  [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell);

/** The tables in a piece of a page, in their order. */
export const readTables = (page: string): ReadTable[] =>
  [...page.matchAll(/<table>(.*?)<\/table>/gs)].map(([, table = '']) => {
    const [head = '', body = ''] = table.split('</thead>');
    return {
      caption: plain(/<caption>(.*?)<\/caption>/s.exec(head)?.[1] ?? ''),
      columns: cellsOf(head.replace(/<caption>.*?<\/caption>/s, '')).map(plain),
      rows: [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) => cellsOf(row).map(cellOf)),
    };
  });

/** A section of a page by its id. */
export const sectionOf = (page: string, id: string): string =>
  new RegExp(`<section id="${id}".*?</section>`, 's').exec(page)?.[0] ?? '';
