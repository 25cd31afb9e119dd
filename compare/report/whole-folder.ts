import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Beginning of a folder in the making; the id of the process that makes it follows. */
const MAKING = '.making-';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Removes what processes left that ended while they wrote. One of our own number is not ours: we are not writing yet. */
const clearStale = (parent: string): void => {
  for (const name of readdirSync(parent)) {
    const pid = Number(new RegExp(`^\\${MAKING}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || (pid !== process.pid && isAlive(pid))) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
};

const sync = (path: string): void => {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const writeDurably = (path: string, content: string): void => {
  const handle = openSync(path, 'wx');
  try {
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** A name that is free: the wanted one, or that with a number. */
const freeName = (parent: string, name: string): string => {
  let free = name;
  for (let number = 2; existsSync(join(parent, free)); number++) free = `${name}-${number}`;
  return free;
};

/**
 * Makes a folder of files that is there whole or not at all, whenever the process is killed: it is written beside its place,
 * brought to the disk, and moved there in one step. What a killed process left is removed by the next call.
 *
 * @param name its name in `parent`; with a number after it where that is taken, so that nothing is ever replaced
 * @returns the path of the folder
 * @throws the errors of the file system; nothing is left then
 */
export const writeWholeFolder = (
  parent: string,
  name: string,
  files: Readonly<Record<string, string>>,
): string => {
  mkdirSync(parent, { recursive: true });
  clearStale(parent);
  const making = mkdtempSync(join(parent, `${MAKING}${process.pid}-`));
  try {
    chmodSync(making, 0o755);
    for (const [file, content] of Object.entries(files)) writeDurably(join(making, file), content);
    sync(making);
    const folder = join(parent, freeName(parent, name));
    renameSync(making, folder);
    sync(parent);
    return folder;
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
};
