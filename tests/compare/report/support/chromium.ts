import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { environment } from '../../../../shared/kernel/config.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** It asks nobody for anything of its own accord. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The browser that is there: the one that CHROMIUM names, or one in a usual place. */
export const chromiumPath = (): string | undefined =>
  [environment()['CHROMIUM'], ...PLACES].find((path) => path !== undefined && existsSync(path));

/** Whether a missing browser is a failure: in continuous integration nothing is left out in silence. */
export const mustHaveChromium = (): boolean => Boolean(environment()['CI']);

/** Starts the browser; whoever starts it closes it. */
export const startChromium = (): Promise<Browser> => {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    throw new Error('No Chromium: install it, or name its program in the environment variable CHROMIUM.');
  }
  return chromium.launch({ executablePath, args: QUIET });
};
