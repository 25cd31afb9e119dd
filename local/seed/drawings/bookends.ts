import { gradient, repeat, scene, shadow } from '../scene.ts';

const COLOURS = [
  '#c8553d',
  '#e9c46a',
  '#2a6f77',
  '#f2efe6',
  '#6b4e71',
  '#588157',
  '#d98f4e',
  '#33415c',
] as const;

const book = (i: number): string => {
  const tall = 300 + ((i * 53) % 110);
  const x = 404 + i * 49;
  return `<rect x="${x}" y="${740 - tall}" width="47" height="${tall}" rx="5" fill="${COLOURS[i]}"/>
<rect x="${x}" y="${740 - tall}" width="12" height="${tall}" rx="5" fill="#fff" opacity=".16"/>
<rect x="${x + 8}" y="${780 - tall}" width="31" height="${18 + ((i * 7) % 30)}" fill="#1c1a1a" opacity=".28"/><rect x="${x + 8}" y="690" width="31" height="8" fill="#1c1a1a" opacity=".28"/>`;
};

const half = (side: 1 | -1): string => `<g transform="translate(${600 + side * 200} 0) scale(${side} 1)">
<path d="M0 330 a200 205 0 0 1 0 410z" fill="url(#moon)"/>
<g fill="#8f8a7c" opacity=".55"><ellipse cx="58" cy="440" rx="26" ry="24"/><ellipse cx="120" cy="560" rx="36" ry="33"/><ellipse cx="46" cy="620" rx="20" ry="18"/><ellipse cx="130" cy="470" rx="14" ry="13"/><ellipse cx="76" cy="520" rx="11" ry="10"/></g></g>`;

/** A moon in two halves that holds a row of books. */
export const bookends = scene(
  { wall: ['#27304f', '#56618d'], table: ['#c08a5a', '#87592f'], light: '#9aa7d8' },
  gradient('moon', ['#fbf6e4', '#e3dcc4', '#a8a089']),
  `<g fill="#fff">${repeat(40, (i) => `<circle cx="${(i * 197) % 1200}" cy="${(i * 89) % 420}" r="${1 + (i % 3)}" opacity=".7"/>`)}</g>
${shadow(600, 746, 420, 36)}${repeat(8, book)}${half(1)}${half(-1)}`,
);
