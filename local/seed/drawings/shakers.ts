import { gradient, repeat, scene, shadow } from '../scene.ts';

const mountain = (x: number, height: number, rock: string, holes: number): string => {
  const top = 736 - height;
  const snow = top + height * 0.34;
  return `${shadow(x, 738, 200)}
<path d="M${x - 190} 736 L${x - 34} ${top} q34 -34 68 0 L${x + 190} 736 q-190 34 -380 0z" fill="url(#${rock})"/>
<path d="M${x + 10} ${top - 12} q14 4 24 12 L${x + 190} 736 q-70 14 -130 14 z" fill="#000" opacity=".18"/>
<path d="M${x - 34} ${top} q34 -34 68 0 L${x + 88} ${snow} l-40 34 l-36 -40 l-30 46 l-34 -44 l-40 26z" fill="#fbfaf6"/>
${repeat(holes, (i) => `<ellipse cx="${x - (holes - 1) * 13 + i * 26}" cy="${top + 18 + (i % 2) * 14}" rx="6" ry="4" fill="#4b4f57"/>`)}`;
};

/** Salt and pepper as two mountains at dusk. */
export const shakers = scene(
  { wall: ['#4c3f6b', '#e79a7a'], table: ['#d9c7b0', '#a98e72'], light: '#ffd6a8' },
  gradient('granite', ['#7f8aa0', '#a9b4c6', '#566178']) +
    gradient('slate', ['#3a3f4b', '#5d6473', '#23262f']),
  `<circle cx="600" cy="330" r="92" fill="#fff0cf" opacity=".9"/>${mountain(410, 400, 'granite', 3)}${mountain(790, 330, 'slate', 2)}
<g fill="#fff">${repeat(26, (i) => `<circle cx="${220 + ((i * 83) % 330)}" cy="${768 + ((i * 29) % 44)}" r="${2 + (i % 3)}"/>`)}</g>
<g fill="#2b2420">${repeat(26, (i) => `<circle cx="${660 + ((i * 71) % 330)}" cy="${768 + ((i * 31) % 44)}" r="${2 + (i % 3)}"/>`)}</g>`,
);
