import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { UPLOAD_PREFIX } from '../../images/keys.ts';
import type { ImageStore } from '../../images/ports.ts';
import type { Clock } from '../../kernel/ids.ts';
import type { SignToken } from '../../kernel/token.ts';
import { UPLOAD_USE } from './upload-token.ts';

const isMissing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

/** Writes a file so that a reader sees it whole or not at all, also after a power cut. */
const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
};

/**
 * Keeps photos as files under a directory, and lets uploads in by a signed capability, whose form has the shape of an
 * S3 presigned POST. `uploadUrl` is where the service takes uploads. Replicas share the directory (a volume).
 */
export const makeImageStore = (deps: {
  dir: string;
  uploadUrl: string;
  sign: SignToken;
  clock: Clock;
}): ImageStore => {
  const root = resolve(deps.dir);
  const pathOf = (key: string): string => {
    const path = resolve(join(root, key));
    if (!path.startsWith(root + sep)) throw new Error('an object key leaves its directory');
    return path;
  };
  return {
    presign: async ({ key, contentType, expiresAt }) => {
      const seconds = Math.max(1, Math.round((expiresAt - deps.clock()) / 1000));
      const token = await deps.sign(UPLOAD_USE, seconds, { key, contentType });
      const fields = { key, 'Content-Type': contentType, 'x-upload-token': token };
      return { url: deps.uploadUrl, fields, expiresAt: new Date(expiresAt).toISOString() };
    },
    read: async (key) => {
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    write: (key, bytes) => writeWhole(pathOf(key), bytes),
    remove: async (key) => {
      await unlink(pathOf(key)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    },
  };
};

/** Age in ms at which an upload is removed, whatever became of it: a day, as the bucket's lifecycle rule says. */
export const UPLOAD_EXPIRY_MS = 24 * 3600 * 1000;

/**
 * Removes uploads that are a day old: what a process left that died between the end of a photo and the removal of its
 * original, which may tell a place or a name. Returns how many there were.
 */
export const makeExpireUploads =
  (deps: { dir: string; clock: Clock }): (() => Promise<number>) =>
  async () => {
    const folder = join(resolve(deps.dir), UPLOAD_PREFIX);
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    let removed = 0;
    for (const name of names) {
      const path = join(folder, name);
      // Gone meanwhile, by its resize or by another replica: nothing to do.
      const writtenAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => Number.POSITIVE_INFINITY,
      );
      if (writtenAt + UPLOAD_EXPIRY_MS > deps.clock()) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  };
