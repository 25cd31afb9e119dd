import { gradient, repeat, scene } from '../scene.ts';

const star = (x: number, y: number): string =>
  `<g transform="translate(${x} ${y})" stroke="#fbf3e4" stroke-width="13" stroke-linecap="round">${repeat(4, (i) => `<path d="M0 -62 V62" transform="rotate(${i * 45})"/>`)}</g>`;

const mitten = (turn: string): string => `<g transform="${turn}">
<path d="M-120 250 V-60 q0 -170 120 -170 t120 170 v30 q54 -76 104 -44 q44 34 -10 110 q-50 80 -94 100 V250z" fill="url(#wool)"/>
<g stroke="#fff" stroke-width="3" opacity=".12">${repeat(15, (i) => `<path d="M-120 ${-190 + i * 30} H120"/>`)}</g>
${star(0, -20)}<g fill="#fbf3e4">${repeat(7, (i) => `<path d="M${-108 + i * 36} 142 l16 -24 l16 24 l-16 24z"/>`)}</g>
<rect x="-134" y="200" width="268" height="116" rx="30" fill="url(#cuff)"/>
<g stroke="#c9b491" stroke-width="6" opacity=".8">${repeat(12, (i) => `<path d="M${-112 + i * 20} 212 v92"/>`)}</g></g>`;

/** A pair of wool mittens on a line. */
export const mittens = scene(
  { wall: ['#bcd6e6', '#eef5f8'], table: ['#ffffff', '#d5e2ea'], light: '#ffffff' },
  gradient('wool', ['#8f1f2d', '#c93a45', '#a3252f']) + gradient('cuff', ['#d8c6a4', '#fff6e2', '#d3bf99']),
  `<g fill="#fff">${repeat(46, (i) => `<circle cx="${(i * 211) % 1200}" cy="${(i * 137) % 640}" r="${4 + (i % 5)}" opacity=".8"/>`)}</g>
<path d="M-10 150 Q600 250 1210 150" fill="none" stroke="#7a5a3c" stroke-width="8"/>
<g filter="url(#soft)" opacity=".22" transform="translate(24 34)">${mitten('translate(410 480) rotate(184)')}${mitten('translate(790 480) rotate(176) scale(-1 1)')}</g>
${mitten('translate(410 480) rotate(184)')}${mitten('translate(790 480) rotate(176) scale(-1 1)')}
<g fill="#caa06a" stroke="#8d6a3e" stroke-width="4"><rect x="378" y="150" width="26" height="86" rx="8"/><rect x="458" y="156" width="26" height="86" rx="8"/>
<rect x="716" y="156" width="26" height="86" rx="8"/><rect x="796" y="150" width="26" height="86" rx="8"/></g>`,
);
