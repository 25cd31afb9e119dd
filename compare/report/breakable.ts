import { type Html, html } from '../../shared/contract/html.ts';

/** Long names of targets may break after their slash. */
export const breakable = (name: string): Html =>
  html`${name.split('/').map((part, index) => (index === 0 ? html`${part}` : html`/<wbr>${part}`))}`;
