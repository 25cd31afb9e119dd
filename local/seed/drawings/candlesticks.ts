import { gradient, scene, shadow } from '../scene.ts';

const candlestick = (x: number, top: number, wax: string): string => `${shadow(x, 764, 130)}
<circle cx="${x}" cy="${top - 52}" r="150" fill="url(#halo)"/>
<rect x="${x - 24}" y="${top}" width="48" height="${470 - top}" rx="8" fill="url(#${wax})"/>
<path d="M${x - 24} ${top + 8} q10 -16 24 -10 t24 2 v40 q-8 16 -12 0 t-12 6 t-12 -10 t-12 30z" fill="#fff" opacity=".35"/>
<path d="M${x} ${top} v-26" stroke="#33261d" stroke-width="6" stroke-linecap="round"/>
<path d="M${x} ${top - 118} q40 62 24 90 q-24 30 -48 0 q-16 -28 24 -90z" fill="#f8a53a"/>
<path d="M${x} ${top - 78} q20 34 12 50 q-12 14 -24 0 q-8 -16 12 -50z" fill="#fff3c4"/>
<ellipse cx="${x}" cy="474" rx="62" ry="15" fill="url(#brass)"/><path d="M${x - 38} 478 h76 l-16 60 h-44z" fill="url(#brass)"/>
<circle cx="${x}" cy="560" r="36" fill="url(#brass)"/><path d="M${x - 20} 590 h40 l-4 60 h-32z" fill="url(#brass)"/>
<ellipse cx="${x}" cy="660" rx="42" ry="16" fill="url(#brass)"/><path d="M${x - 34} 664 h68 q14 66 76 84 q0 22 -110 22 t-110 -22 q62 -18 76 -84z" fill="url(#brass)"/>
<circle cx="${x - 12}" cy="548" r="8" fill="#fff" opacity=".7"/>`;

/** Two brass candlesticks, both lit. */
export const candlesticks = scene(
  { wall: ['#161a33', '#3b2f4d'], table: ['#4e2f2a', '#2b1917'], light: '#7d4e3f' },
  `${gradient('brass', ['#6d4a17', '#e8c878', '#fff0c0', '#b98a3a', '#5d3d12'])}${gradient('ivory', ['#cdbf9f', '#fff8e6', '#c4b48f'])}${gradient('rose', ['#9a3f4c', '#e79aa0', '#8d3644'])}
<radialGradient id="halo"><stop offset="0" stop-color="#ffd98a" stop-opacity=".75"/><stop offset="1" stop-color="#ffd98a" stop-opacity="0"/></radialGradient>`,
  candlestick(440, 250, 'ivory') + candlestick(760, 320, 'rose'),
);
