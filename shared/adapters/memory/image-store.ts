import type { ImageStore } from '../../images/ports.ts';

/** Bytes of photos in this process's memory, for tests. A form's `url` leads nowhere; its fields tell what was asked. */
export const makeImageStore = (deps: { objects?: Map<string, Uint8Array> } = {}): ImageStore => {
  const objects = deps.objects ?? new Map<string, Uint8Array>();
  return {
    presign: async ({ key, contentType, expiresAt }) => ({
      url: 'memory:/uploads',
      fields: { key, 'Content-Type': contentType },
      expiresAt: new Date(expiresAt).toISOString(),
    }),
    read: async (key) => objects.get(key)?.slice(),
    write: async (key, bytes) => {
      objects.set(key, bytes.slice());
    },
    remove: async (key) => {
      objects.delete(key);
    },
  };
};
