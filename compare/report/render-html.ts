import { type Html, html, nothing } from '../../shared/contract/html.ts';
import type { Block, Cell, Section, Table } from './blocks.ts';
import { breakable } from './breakable.ts';

const cellContent = ({ text, note, value, bad = false }: Cell): Html => {
  const main = value === undefined ? html`${text}` : html`<data value="${value}">${text}</data>`;
  return html`${bad ? html`<strong class="bad">${main}</strong>` : main}${note === undefined ? nothing : html` <small>${note}</small>`}`;
};

/** From so many columns on a table may be wider than its place, and can be scrolled with the keyboard. */
const WIDE = 4;

/** From so many columns on a table is set smaller on paper. */
const VERY_WIDE = 10;

const tableOf = ({ caption, columns, rows, words = [] }: Table): Html => {
  const kind = (index: number): string => (index === 0 || words.includes(index) ? 'words' : 'figures');
  const head = columns.map((name, index) =>
    name === '' ? html`<td></td>` : html`<th scope="col" class="${kind(index)}">${breakable(name)}</th>`,
  );
  const body = rows.map((cells) => {
    const [first, ...others] = cells;
    const rest = others.map((cell, index) => html`<td class="${kind(index + 1)}">${cellContent(cell)}</td>`);
    return html`<tr><th scope="row">${first ? cellContent(first) : nothing}</th>${rest}</tr>`;
  });
  const focus = columns.length > WIDE ? html` tabindex="0" role="region" aria-label="${caption}"` : nothing;
  return html`<div class="scroll${columns.length > VERY_WIDE ? ' wide' : ''}"${focus}><table><caption><span>${caption}</span></caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
};

const blockOf = (block: Block): Html => {
  switch (block.kind) {
    case 'heading':
      return html`<h3>${block.text}</h3>`;
    case 'text':
      return html`<p>${block.text}</p>`;
    case 'list':
      return html`<ul class="said ${block.mark ?? ''}">${block.items.map((item) => html`<li>${item}</li>`)}</ul>`;
    case 'facts':
      return html`<dl>${block.facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
    case 'code':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    case 'columns':
      return html`<div class="columns">${block.columns.map((blocks) => html`<div>${blocks.map(blockOf)}</div>`)}</div>`;
    case 'table':
      return tableOf(block.table);
    case 'drawing':
      return block.html;
    case 'fold':
      return html`<details><summary>${block.summary}</summary>${block.blocks.map(blockOf)}</details>`;
  }
};

/** A section as HTML. Every text in it is escaped. */
export const sectionHtml = ({ id, title, blocks }: Section): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${blocks.map(blockOf)}</section>`;
