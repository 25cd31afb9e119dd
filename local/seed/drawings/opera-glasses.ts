import { gradient, repeat, scene, shadow } from '../scene.ts';

const barrel = (x: number): string => `
<path d="M${x - 92} 330 h184 l34 290 h-252z" fill="url(#pearl)"/>
<g stroke="#b79cb5" stroke-width="3" opacity=".45">${repeat(5, (i) => `<path d="M${x - 70 + i * 35} 340 L${x - 94 + i * 47} 612"/>`)}</g>
<rect x="${x - 104}" y="286" width="208" height="60" rx="18" fill="url(#gold)"/><rect x="${x - 92}" y="246" width="184" height="46" rx="14" fill="#2b2430"/>
<rect x="${x - 140}" y="602" width="280" height="64" rx="20" fill="url(#gold)"/>
<ellipse cx="${x}" cy="700" rx="140" ry="58" fill="url(#gold)"/><ellipse cx="${x}" cy="704" rx="116" ry="46" fill="url(#glass)"/>
<path d="M${x - 84} 690 q40 -34 100 -24" stroke="#fff" stroke-width="10" fill="none" stroke-linecap="round" opacity=".8"/>`;

/** Mother-of-pearl opera glasses before a red curtain. */
export const operaGlasses = scene(
  { wall: ['#5a0f1d', '#9c2433'], table: ['#3c2a2e', '#1f1517'], light: '#d65a4f' },
  gradient('pearl', ['#cdb4c9', '#fdf6fb', '#e7d3ee', '#fff8f2', '#bfa6c4']) +
    gradient('gold', ['#7b5417', '#f0cf7d', '#fff3c9', '#c1923e', '#6b4712']) +
    gradient('glass', ['#1d2b4b', '#5a7fb5', '#20305a'], true),
  `<g opacity=".5">${repeat(10, (i) => `<path d="M${i * 130 - 20} 0 q40 320 0 640 h64 q-30 -320 0 -640z" fill="#3d0813"/>`)}</g>
${shadow(600, 776, 360, 44)}
<rect x="470" y="420" width="260" height="44" rx="18" fill="url(#gold)"/><rect x="470" y="548" width="260" height="36" rx="16" fill="url(#gold)"/>
<rect x="578" y="330" width="44" height="270" rx="16" fill="url(#gold)"/><rect x="556" y="352" width="88" height="64" rx="14" fill="url(#gold)"/>
<g stroke="#6b4712" stroke-width="4">${repeat(7, (i) => `<path d="M${566 + i * 11} 356 v56"/>`)}</g>${barrel(420)}${barrel(780)}`,
);
