import { gradient, repeat, scene } from '../scene.ts';

const handle = (
  id: string,
): string => `<path d="M-22 -330 q22 -26 44 0 l12 420 h-68z" fill="url(#${id})"/><circle cy="-312" r="9" fill="#3b2413"/>
<path d="M-8 -260 q10 160 -4 330" stroke="#7a4a22" stroke-width="4" fill="none" opacity=".6"/><path d="M10 -230 q-8 120 4 290" stroke="#7a4a22" stroke-width="3" fill="none" opacity=".5"/>`;

const spoon = `${handle('olive')}<path d="M-34 84 q-84 70 -78 180 q8 110 112 110 t112 -110 q6 -110 -78 -180z" fill="url(#olive)"/>
<path d="M0 130 q-70 50 -66 134 q8 74 66 74 t66 -74 q4 -84 -66 -134z" fill="#8a5a2b" opacity=".55"/><path d="M-40 210 q10 80 70 96" stroke="#f3d9ab" stroke-width="8" fill="none" stroke-linecap="round" opacity=".6"/>`;

const fork = `${handle('walnut')}<path d="M-34 84 q-84 70 -80 170 l8 120 q20 16 36 0 l6 -96 q10 -8 18 0 l6 100 q20 14 40 0 l6 -100 q8 -8 18 0 l6 96 q18 16 36 0 l8 -120 q4 -100 -80 -170z" fill="url(#walnut)"/>`;

const leaf = (x: number, y: number, turn: number): string =>
  `<g transform="translate(${x} ${y}) rotate(${turn})"><path d="M0 0 q46 -64 150 -40 q-40 92 -150 40z" fill="#6a994e"/><path d="M0 0 q70 -20 140 -36" stroke="#dfeccb" stroke-width="4" fill="none"/></g>`;

const tilted = (drawing: string, x: number, turn: number): string =>
  `<g transform="translate(${x + 16} 468) rotate(${turn})" opacity=".35" filter="url(#soft)">${drawing}</g><g transform="translate(${x} 440) rotate(${turn})">${drawing}</g>`;

/** Olive and walnut salad servers on linen. */
export const servers = scene(
  { wall: ['#f1ece0', '#e7e0cf'], table: ['#e7e0cf', '#d6ccb5'], light: '#ffffff' },
  gradient('olive', ['#a8733c', '#e4b87a', '#b37d43']) +
    gradient('walnut', ['#4f2f1b', '#8a5a36', '#5a3821']),
  `<rect width="1200" height="900" fill="#efe9dc"/><g stroke="#cfc4aa" stroke-width="2" opacity=".5">${repeat(30, (i) => `<path d="M0 ${i * 31} H1200"/>`)}${repeat(40, (i) => `<path d="M${i * 31} 0 V900"/>`)}</g>
<path d="M0 90 H1200 M0 112 H1200 M0 800 H1200 M0 778 H1200" stroke="#7d93a8" stroke-width="8"/>
${leaf(120, 640, -10)}${leaf(180, 700, 30)}${leaf(960, 300, -40)}${leaf(1010, 250, 150)}
<g fill="#c1121f">${[
    [280, 280],
    [330, 230],
    [905, 660],
  ]
    .map(
      ([x, y]) =>
        `<circle cx="${x}" cy="${y}" r="44"/><circle cx="${(x ?? 0) - 14}" cy="${(y ?? 0) - 14}" r="11" fill="#fff" opacity=".55"/>`,
    )
    .join('')}</g>
${tilted(spoon, 520, 14)}${tilted(fork, 700, -12)}`,
);
