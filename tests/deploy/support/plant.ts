import type { Manifest } from './kustomize.ts';

type Container = Record<string, unknown>;

/**
 * A copy of the objects in which one has a mistake.
 *
 * @param path where, as a JSON pointer: `/spec/template/spec/containers/0/name`
 * @param value what is there from now on; undefined removes what was
 * @throws Error when there is no such object, or no such place
 */
export const plant = (
  manifests: readonly Manifest[],
  object: string,
  path: string,
  value: unknown,
): Manifest[] => {
  const copies = structuredClone([...manifests]);
  const [kind, name] = object.split(' ');
  const found = copies.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`There is no ${object}`);
  const keys = path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/'));
  const last = keys.pop() ?? '';
  const place = keys.reduce<unknown>((at, key) => (at as Container | undefined)?.[key], found);
  if (typeof place !== 'object' || place === null) throw new Error(`${object} has no ${path}`);
  if (value === undefined && Array.isArray(place)) place.splice(Number(last), 1);
  else if (value === undefined) delete (place as Container)[last];
  else (place as Container)[last] = value;
  return copies;
};
