import { gradient, scene, shadow } from '../scene.ts';

const cup = (x: number): string => `${shadow(x, 772, 110)}
<path d="M${x - 96} 676 h192 q0 92 -96 92 t-96 -92 z" fill="url(#cup)"/><ellipse cx="${x}" cy="676" rx="96" ry="20" fill="#fbf4e6"/>
<ellipse cx="${x}" cy="679" rx="82" ry="14" fill="#a8652c"/>`;

/** A round pot with two spouts and a cup under each. */
export const teapot = scene(
  { wall: ['#e8b9a0', '#f6dfcb'], table: ['#8e6a86', '#5d4560'], light: '#fff6e6' },
  gradient('pot', ['#273a63', '#5577b3', '#6d90c9', '#2c4272']) +
    gradient('cup', ['#d9c9ad', '#fffaf0', '#cdb994']),
  `${shadow(600, 722, 290)}
<path d="M390 560 q-90 -10 -120 -90 q-16 -50 -62 -58 l-6 -34 q86 -6 118 50 q24 50 96 44 z" fill="url(#pot)"/>
<path d="M810 560 q90 -10 120 -90 q16 -50 62 -58 l6 -34 q-86 -6 -118 50 q-24 50 -96 44 z" fill="url(#pot)"/>
<path d="M440 372 q-10 -190 160 -190 t160 190" fill="none" stroke="#b98a4d" stroke-width="26" stroke-linecap="round"/>
<path d="M440 340 q0 -140 160 -150" fill="none" stroke="#e6c48d" stroke-width="7" stroke-linecap="round"/>
<ellipse cx="600" cy="530" rx="250" ry="190" fill="url(#pot)"/>
<path d="M364 590 q236 96 472 0 q-70 130 -236 130 t-236 -130z" fill="#1c2b4d" opacity=".35"/>
<ellipse cx="600" cy="366" rx="128" ry="26" fill="#1f3158"/><path d="M478 362 q122 -92 244 0 q-122 44 -244 0z" fill="url(#pot)"/>
<circle cx="600" cy="304" r="28" fill="#e9c98f"/><circle cx="591" cy="296" r="9" fill="#fff" opacity=".7"/>
<g fill="#f4e3c1"><circle cx="470" cy="540" r="12"/><circle cx="535" cy="580" r="12"/><circle cx="600" cy="594" r="12"/><circle cx="665" cy="580" r="12"/><circle cx="730" cy="540" r="12"/></g>
<path d="M430 430 q-60 60 -50 130" fill="none" stroke="#fff" stroke-width="20" stroke-linecap="round" opacity=".3"/>
<path d="M206 410 q-8 120 -6 262" stroke="#b9773a" stroke-width="9" fill="none" opacity=".85"/>
<path d="M994 410 q8 120 6 262" stroke="#b9773a" stroke-width="9" fill="none" opacity=".85"/>
${cup(200)}${cup(1000)}`,
);
