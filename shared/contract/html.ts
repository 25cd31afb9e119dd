/** Text that is HTML already. Only `html` makes it, so that nothing reaches a page unescaped. */
export type Html = { readonly markup: string };

type Part = Html | string | number | readonly Html[];

/** Escapes text for an element or a quoted attribute. */
const escapeText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const markupOf = (part: Part): string => {
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
};

/** Builds HTML from a template: text is escaped, HTML and lists of it are put in as they are. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings.reduce((page, text, index) => page + markupOf(parts[index - 1] ?? '') + text),
});

/** Nothing, for the other branch of a condition. */
export const nothing: Html = { markup: '' };

/** Prose in which backticks mark code. */
export const prose = (text: string): Html => ({
  markup: text
    .split('`')
    .map((piece, index) => (index % 2 === 0 ? escapeText(piece) : `<code>${escapeText(piece)}</code>`))
    .join(''),
});
