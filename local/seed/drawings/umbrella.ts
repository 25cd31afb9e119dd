import { gradient, repeat, scene, shadow } from '../scene.ts';

const COLOURS = ['#e63946', '#f6c445', '#e63946', '#f6c445', '#e63946', '#f6c445'] as const;

/** One panel of the canopy, from the tip to its scallop; the canopy is 840 wide and 350 high. */
const panel = (i: number): string => {
  const [left, right] = [180 + i * 140, 180 + (i + 1) * 140];
  const bend = (x: number): number => 600 + (x - 600) * 0.86;
  return `<path d="M600 160 Q${bend(left)} 230 ${left} 512 q70 -56 140 0 Q${bend(right)} 230 600 160z" fill="${COLOURS[i]}"/>`;
};

const boots = (x: number, colour: string): string =>
  `${shadow(x + 20, 800, 84)}<path d="M${x - 46} 640 h92 v96 q62 6 66 58 h-158z" fill="${colour}"/><path d="M${x - 50} 640 h100 v22 h-100z M${x - 46} 790 h158 v14 h-158z" fill="#1d1d24" opacity=".45"/><path d="M${x - 24} 676 v90" stroke="#fff" stroke-width="9" stroke-linecap="round" opacity=".4"/>`;

/** An umbrella wide enough for two, in the rain, and two pairs of boots. */
export const umbrella = scene(
  { wall: ['#5c7384', '#a7bac4'], table: ['#6e7f88', '#49575f'], light: '#dfe8ea' },
  gradient('wood', ['#6b4423', '#b07b46', '#5e3b1d']),
  `<g stroke="#e8f1f5" stroke-width="4" stroke-linecap="round" opacity=".55">${repeat(70, (i) => `<path d="M${(i * 173) % 1240} ${(i * 97) % 640} l-10 34"/>`)}</g>
<g fill="none" stroke="#dbe7ec" stroke-width="4" opacity=".5">${repeat(6, (i) => `<ellipse cx="${110 + i * 200}" cy="${840 - (i % 3) * 40}" rx="${50 + (i % 2) * 26}" ry="9"/>`)}</g>
${boots(210, '#f6c445')}${boots(340, '#f6c445')}${boots(740, '#2a6f97')}${boots(870, '#2a6f97')}
<path d="M600 150 V742 q0 56 -50 56 t-50 -50" fill="none" stroke="url(#wood)" stroke-width="22" stroke-linecap="round"/>
<path d="M592 480 V720" stroke="#e0b988" stroke-width="5" opacity=".7"/><path d="M600 160 v-50" stroke="#4a4e57" stroke-width="14" stroke-linecap="round"/>
${repeat(6, panel)}<path d="M600 160 Q300 220 196 470 Q330 240 600 160z" fill="#fff" opacity=".2"/>`,
);
