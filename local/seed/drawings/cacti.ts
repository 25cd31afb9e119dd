import { gradient, repeat, scene, shadow } from '../scene.ts';

const spines = (x: number, top: number, rows: number): string =>
  `<g stroke="#f7f3df" stroke-width="4" stroke-linecap="round" opacity=".85">${repeat(rows * 3, (i) => {
    const [cx, cy] = [x - 46 + (i % 3) * 46, top + Math.floor(i / 3) * 46];
    return `<path d="M${cx - 9} ${cy} l18 0 M${cx} ${cy - 9} v18"/>`;
  })}</g>`;

const pot = (x: number, clay: string): string => `${shadow(x, 752, 160)}
<path d="M${x - 130} 590 h260 l-30 158 h-200z" fill="url(#${clay})"/><rect x="${x - 146}" y="556" width="292" height="56" rx="10" fill="url(#${clay})"/>
<path d="M${x - 146} 604 h292 v10 h-292z" fill="#000" opacity=".14"/>`;

/** A tall cactus and a round one that lean together. */
export const cacti = scene(
  { wall: ['#f3c9a5', '#fbe8d3'], table: ['#6a8f8a', '#45635f'], light: '#fffdf2' },
  gradient('green', ['#2d6a4f', '#52a373', '#2a5f47']) +
    gradient('clay', ['#a3502f', '#e08a5b', '#a85531']) +
    gradient('white', ['#c9c0b2', '#fdfaf3', '#c3b8a7']),
  `<g transform="rotate(4 420 560)"><path d="M352 570 V260 q0 -76 72 -76 t72 76 V570z" fill="url(#green)"/>
<path d="M360 430 h-46 q-44 0 -44 -44 v-50 q0 -30 30 -30 t30 30 v36 h36z" fill="url(#green)"/>
<path d="M490 380 h46 q40 0 40 -40 v-30 q0 -28 -28 -28 t-28 28 v18 h-36z" fill="url(#green)"/>${spines(424, 260, 7)}
<g fill="#e4507b"><circle cx="424" cy="172" r="26"/><circle cx="396" cy="186" r="18"/><circle cx="452" cy="186" r="18"/></g><circle cx="424" cy="172" r="10" fill="#ffd166"/></g>
<g transform="rotate(-4 780 560)"><ellipse cx="780" cy="468" rx="150" ry="136" fill="url(#green)"/>
<g fill="none" stroke="#1f5039" stroke-width="6" opacity=".5"><path d="M780 332 v270"/><ellipse cx="780" cy="468" rx="56" ry="136"/><ellipse cx="780" cy="468" rx="108" ry="136"/></g>${spines(780, 390, 4)}
<g fill="#ffb703"><circle cx="744" cy="340" r="20"/><circle cx="784" cy="328" r="24"/><circle cx="824" cy="342" r="18"/></g></g>
${pot(420, 'clay')}${pot(780, 'white')}
<path d="M674 660 l26 -22 l26 22 l26 -22 l26 22 l26 -22 l26 22 l26 -22 l26 22" fill="none" stroke="#c8553d" stroke-width="10"/>`,
);
