import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Count } from '../../results/report-data.ts';
import { countOf } from './count.ts';
import { filesUnder, isCode, sizeOf } from './lines.ts';

const SIDES = ['shared', 'microservices', 'serverless'] as const;
type Side = (typeof SIDES)[number];

/** The order in which layers are shown; what is not named here follows by name. */
const ORDER = ['auth', 'inventory', 'images', 'orders', 'edge', 'kernel', 'events', 'contract'];

const foldersOf = (folder: string): string[] =>
  statSync(folder, { throwIfNoEntry: false })
    ? readdirSync(folder, { withFileTypes: true })
        .filter(
          (entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'),
        )
        .map(({ name }) => name)
    : [];

/** Layers of a side: its folders, and each technology of its adapters. */
const layersOf = (root: string, side: Side): string[] =>
  foldersOf(join(root, side)).flatMap((name) =>
    name === 'adapters' ? foldersOf(join(root, side, name)).map((inner) => `${name}/${inner}`) : [name],
  );

const place = (layer: string): string => {
  const index = ORDER.indexOf(layer);
  return index < 0 ? `9${layer}` : `${index}`;
};

/** Files and lines of code by layer: the same folder's name is the same layer on each side. */
export const layerCounts = (root: string): Count[] => {
  const layers = new Set(SIDES.flatMap((side) => layersOf(root, side)));
  const rows = [...layers]
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
    .map((layer) => ({
      layer,
      sizes: Object.fromEntries(
        SIDES.filter((side) => layersOf(root, side).includes(layer)).map((side) => [
          side,
          sizeOf(filesUnder(join(root, side, layer)).filter(isCode)),
        ]),
      ),
    }));
  const figures = (sizes: Record<string, { files: number; lines: number }>, key: 'files' | 'lines') =>
    Object.fromEntries(Object.entries(sizes).map(([side, size]) => [side, size[key]]));
  const total = (key: 'files' | 'lines') =>
    Object.fromEntries(
      SIDES.map((side) => [side, rows.reduce((sum, { sizes }) => sum + (sizes[side]?.[key] ?? 0), 0)]),
    );
  const lines = 'lines with at least one token, by the parser of TypeScript: neither blank nor only comment';
  const files = 'files of TypeScript and JavaScript';
  return [
    ...rows.map(({ layer, sizes }) => countOf(['Files', layer, 'files'], figures(sizes, 'files'), files)),
    countOf(['Files', 'all', 'files'], total('files'), files),
    ...rows.map(({ layer, sizes }) =>
      countOf(['Lines of code', layer, 'lines'], figures(sizes, 'lines'), lines),
    ),
    countOf(['Lines of code', 'all', 'lines'], total('lines'), lines),
  ];
};
