import { growing, type Series } from './series.ts';
import type { KindSample } from './types.ts';

/** How long a look stands for what came after it, in ms. The engine's looks take up to two seconds. */
const STANDS_MS = 2_500;

/** The last look before an instant, unless that is too long ago. */
export const lookAt = <T extends { readonly at: number }>(looks: readonly T[], at: number): T | undefined => {
  const look = looks.findLast((one) => one.at <= at);
  return look && look.at > at - STANDS_MS ? look : undefined;
};

/** What was seen of all kinds of processes at one moment; `at` in ms since 1970. */
export type Look = { readonly at: number; readonly kinds: readonly KindSample[] };

/** A kind of process over time. */
export type Kind = { readonly kind: KindSample; readonly cpu: Series };

/** Each kind by its name, with its CPU time as a series. What appears later than the first look has used nothing before. */
export const kindsIn = (looks: readonly Look[]): ReadonlyMap<string, Kind> => {
  const found = new Map<string, { kind: KindSample; cpu: [number, number][] }>();
  for (const [i, { at, kinds }] of looks.entries()) {
    for (const kind of kinds) {
      const before = looks[i - 1];
      const known = found.get(kind.name) ?? { kind, cpu: before ? [[before.at, 0]] : [] };
      known.cpu.push([at, kind.cpuSeconds]);
      found.set(kind.name, known);
    }
  }
  return new Map([...found].map(([name, { kind, cpu }]) => [name, { kind, cpu: growing(cpu) }]));
};
