import { gradient, scene, shadow } from '../scene.ts';

const mug = (x: number, side: 1 | -1, glaze: string): string => `
${shadow(x, 742, 175)}
<path d="M${x + side * 128} 470 c${side * 120} -20 ${side * 120} 190 ${-side * 6} 176" fill="none" stroke="url(#${glaze})" stroke-width="34" stroke-linecap="round"/>
<path d="M${x - 140} 410 h280 l-14 270 q-6 62 -70 62 h-112 q-64 0 -70 -62 z" fill="url(#${glaze})"/>
<path d="M${x - 135} 590 q135 44 270 0 l-9 90 q-6 62 -70 62 h-112 q-64 0 -70 -62 z" fill="#efe3d0" opacity=".9"/>
<ellipse cx="${x}" cy="410" rx="140" ry="34" fill="#f6ecdd"/><ellipse cx="${x}" cy="414" rx="122" ry="26" fill="#4a2c1a"/>
<ellipse cx="${x - 30}" cy="410" rx="52" ry="9" fill="#b98557" opacity=".6"/>
<path d="M${x - 104} 460 l10 180" stroke="#fff" stroke-width="16" stroke-linecap="round" opacity=".28"/>
<g fill="none" stroke="#fff" stroke-width="12" stroke-linecap="round" opacity=".35" filter="url(#blur)">
<path d="M${x - 40} 360 q-34 -50 0 -100 q34 -50 0 -104"/><path d="M${x + 36} 352 q-30 -46 0 -92 q30 -46 0 -92"/></g>`;

/** Two stoneware mugs, handle to handle. */
export const mugs = scene(
  { wall: ['#31525c', '#6d969b'], table: ['#b07f54', '#7d5433'], light: '#dfe9de' },
  gradient('sea', ['#16383f', '#3b7c86', '#1f4d55']) + gradient('rust', ['#7c3018', '#cf6f43', '#8c3b1f']),
  mug(400, -1, 'sea') + mug(800, 1, 'rust'),
);
