import { gradient, repeat, scene, shadow } from '../scene.ts';

/** A record half out of its sleeve. */
export const record = scene(
  { wall: ['#20323f', '#3f6172'], table: ['#c9a27a', '#8d6744'], light: '#8fb3bd' },
  `${gradient('sleeve', ['#f4a261', '#e76f51'])}${gradient('label', ['#e9c46a', '#f6e0a0'])}<clipPath id="cover"><rect x="160" y="168" width="600" height="604"/></clipPath>
<radialGradient id="vinyl"><stop offset="0" stop-color="#3a3a3f"/><stop offset="1" stop-color="#0d0d10"/></radialGradient>`,
  `${shadow(600, 774, 430, 34)}
<circle cx="760" cy="470" r="290" fill="url(#vinyl)"/>
<g fill="none" stroke="#55555c" stroke-width="2" opacity=".7">${repeat(13, (i) => `<circle cx="760" cy="470" r="${128 + i * 12}"/>`)}</g>
<path d="M760 470 L1002 312 A290 290 0 0 1 1046 430z" fill="#fff" opacity=".13"/><path d="M760 470 L518 628 A290 290 0 0 1 474 510z" fill="#fff" opacity=".1"/>
<circle cx="760" cy="470" r="104" fill="url(#label)"/><circle cx="760" cy="470" r="70" fill="none" stroke="#b08d3d" stroke-width="4"/><circle cx="760" cy="470" r="11" fill="#20323f"/>
<rect x="170" y="170" width="600" height="600" rx="6" fill="#000" opacity=".35" filter="url(#soft)"/>
<rect x="160" y="168" width="600" height="604" rx="6" fill="url(#sleeve)"/>
<g fill="none" stroke="#fbf1dc" stroke-width="22" clip-path="url(#cover)">${repeat(6, (i) => `<path d="M150 ${660 - i * 34} q155 ${-150 - i * 12} 310 0 t310 0"/>`)}</g>
<circle cx="300" cy="300" r="74" fill="#fbf1dc"/><circle cx="372" cy="300" r="74" fill="#264653" opacity=".85"/>
<path d="M746 168 h8 q6 0 6 6 v592 q0 6 -6 6 h-8z" fill="#000" opacity=".18"/>`,
);
