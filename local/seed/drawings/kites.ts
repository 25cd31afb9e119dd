import { gradient, repeat, scene } from '../scene.ts';

const tail = (x: number, y: number, drift: number): string => {
  const bow = (i: number): string => {
    const [bx, by] = [x + drift * i + (i % 2 ? 16 : -16), y + 62 + i * 62];
    return `<path d="M${bx} ${by} l-34 -20 v40z M${bx} ${by} l34 -20 v40z" fill="${i % 2 ? '#e9c46a' : '#e76f51'}"/>`;
  };
  return `<path d="M${x} ${y} q${drift * 3} 150 ${drift * 4} 320" fill="none" stroke="#fff" stroke-width="4"/>${repeat(5, bow)}`;
};

const kite = (turn: string, a: string, b: string): string => `<g transform="${turn}">
<path d="M0 -230 L150 -40 L0 230 L-150 -40z" fill="${a}"/><path d="M0 -230 L150 -40 L0 -40z M0 230 L-150 -40 L0 -40z" fill="${b}"/>
<path d="M0 -230 V230 M-150 -40 H150" stroke="#5b4636" stroke-width="7"/><path d="M0 -230 L150 -40 L0 230 L-150 -40z" fill="none" stroke="#fff" stroke-width="6" opacity=".7"/></g>`;

const cloud = (x: number, y: number, s: number): string =>
  `<g transform="translate(${x} ${y}) scale(${s})" fill="#fff" opacity=".85"><circle r="60"/><circle cx="70" cy="-26" r="78"/><circle cx="156" cy="0" r="62"/><rect x="-40" y="0" width="230" height="62" rx="31"/></g>`;

/** Two kites on one line, over a meadow. */
export const kites = scene(
  { wall: ['#4fa3d1', '#cfeaf5'], table: ['#8cc068', '#4f8a45'], light: '#fffbe0' },
  gradient('sun', ['#fff3b0', '#ffd166'], true),
  `<circle cx="1010" cy="150" r="84" fill="url(#sun)"/>${cloud(110, 190, 0.9)}${cloud(830, 420, 0.7)}
<path d="M-10 700 q320 -130 640 -40 t580 -50 V900 H-10z" fill="#6fae57"/><path d="M-10 780 q400 -110 1220 10 V910 H-10z" fill="#4f8a45"/>
<path d="M470 380 Q560 640 610 790 M720 470 Q660 650 610 790" fill="none" stroke="#f8f5ec" stroke-width="4"/>
${tail(502, 548, 10)}${tail(790, 610, 14)}${kite('translate(440 330) rotate(-16)', '#e63946', '#f7b538')}${kite('translate(740 420) rotate(14) scale(.8)', '#2a6f97', '#76c893')}
<circle cx="610" cy="792" r="13" fill="#5b4636"/><g fill="#fff">${repeat(22, (i) => `<circle cx="${(i * 167) % 1200}" cy="${810 + ((i * 37) % 80)}" r="5"/>`)}</g>`,
);
