/** Size of every drawn photo in pixels. */
export const SIZE = { width: 1200, height: 900 } as const;

/** Colours of a picture, as `#rrggbb`: the wall's from top to bottom, the table's, and that of the light behind the goods. */
export type Palette = {
  readonly wall: readonly [string, string];
  readonly table: readonly [string, string];
  readonly light: string;
};

/** Where the table meets the wall, in pixels from the top. */
export const HORIZON = 640;

/** A linear gradient from one side to the other (or, with `down`, from top to bottom), used as `url(#id)`. */
export const gradient = (id: string, colours: readonly string[], down = false): string => {
  const stops = colours.map(
    (colour, index) => `<stop offset="${index / (colours.length - 1)}" stop-color="${colour}"/>`,
  );
  const direction = down ? 'x1="0" y1="0" x2="0" y2="1"' : 'x1="0" y1="0" x2="1" y2="0"';
  return `<linearGradient id="${id}" ${direction}>${stops.join('')}</linearGradient>`;
};

/** The soft shadow of something that stands at (x, y) and is 2 rx wide. */
export const shadow = (x: number, y: number, rx: number, ry = rx / 5): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="#20140c" opacity=".32" filter="url(#soft)"/>`;

/** Repeats a drawing `count` times; the function gets the number of each, from 0. */
export const repeat = (count: number, draw: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join('');

/**
 * A whole picture: a lit wall, a table, and the goods on it. No text, so that the fonts of a machine make no difference.
 *
 * @param palette the colours of the room
 * @param defs gradients of the goods
 * @param goods SVG elements, drawn over the room
 */
export const scene = ({ wall, table, light }: Palette, defs: string, goods: string): string => {
  const { width, height } = SIZE;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<defs>${gradient('wall', wall, true)}${gradient('table', table, true)}${defs}
<radialGradient id="glow" cx=".5" cy=".42" r=".55"><stop offset="0" stop-color="${light}" stop-opacity=".85"/>
<stop offset="1" stop-color="${light}" stop-opacity="0"/></radialGradient>
<filter id="soft" x="-50%" y="-150%" width="200%" height="400%"><feGaussianBlur stdDeviation="16"/></filter>
<filter id="blur" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="6"/></filter></defs>
<rect width="${width}" height="${height}" fill="url(#wall)"/><rect width="${width}" height="${height}" fill="url(#glow)"/>
<rect y="${HORIZON}" width="${width}" height="${height - HORIZON}" fill="url(#table)"/>
<rect y="${HORIZON}" width="${width}" height="5" fill="#fff" opacity=".25"/>
${goods}</svg>`;
};
