import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const MAIN = fileURLToPath(new URL('./browser/main.js', import.meta.url));

/** uPlot's licence, which goes wherever its code goes. */
const licence = (): string => {
  const dist = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'));
  return readFileSync(join(dist, '..', 'LICENSE'), 'utf8').trim();
};

/**
 * The page's script as one text: ours with uPlot from the package that is installed.
 *
 * @throws Error when it holds what would end or change the element that it is put into
 */
export const pageScript = (): string => {
  const { outputFiles } = buildSync({
    entryPoints: [MAIN],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
  });
  const script = `/* With uPlot:\n${licence()}\n*/\n${outputFiles[0]?.text ?? ''}`;
  if (/<\/script|<!--/i.test(script)) throw new Error('The script of the page cannot be put into a page.');
  return script;
};
