import * as z from 'zod';

/** The operations of RFC 6902 that the overlays use. */
export const JsonPatch = z.array(
  z.strictObject({ op: z.enum(['add', 'replace']), path: z.string().startsWith('/'), value: z.unknown() }),
);

type Container = Record<string, unknown> | unknown[];

const stepInto = (container: Container, key: string, path: string): unknown => {
  const value = Array.isArray(container) ? container[Number(key)] : container[key];
  if (value === undefined) throw new Error(`${path}: there is no ${key}`);
  return value;
};

/**
 * Applies a JSON patch in place.
 *
 * @throws Error where a path leads nowhere, as kustomize does
 */
export const applyJsonPatch = (document: object, patch: z.output<typeof JsonPatch>): void => {
  for (const { op, path, value } of patch) {
    const keys = path
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() ?? '';
    let target = document as Container;
    for (const key of keys) {
      const next = stepInto(target, key, path);
      if (typeof next !== 'object' || next === null) throw new Error(`${path}: ${key} holds no fields`);
      target = next as Container;
    }
    if (op === 'replace') stepInto(target, last, path);
    // Each document gets a value of its own: one patch may have several targets.
    const copy = structuredClone(value);
    if (!Array.isArray(target)) target[last] = copy;
    else if (op === 'replace') target[Number(last)] = copy;
    else target.splice(last === '-' ? target.length : Number(last), 0, copy);
  }
};
