import type { Manifest } from './kustomize.ts';

const FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/**
 * A quantity of Kubernetes as a number: bytes, cores, pieces.
 *
 * @throws Error for one that is written another way than those here are
 */
export const quantityOf = (text: string): number => {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = FACTORS[suffix];
  if (digits === undefined || factor === undefined) throw new Error(`${text} is no quantity`);
  return Number(digits) * factor;
};

/** RFC 1123: names of objects. A Service's name is also a DNS label that begins with a letter. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SERVICE = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

const isKey = (key: string): boolean => {
  const parts = key.split('/');
  const [prefix, name] = parts.length > 1 ? parts : [undefined, key];
  return (
    parts.length < 3 && name !== '' && VALUE.test(name ?? '') && (prefix === undefined || PREFIX.test(prefix))
  );
};

/** Every value at any depth under a key of this name. */
const valuesOf = (node: unknown, name: string): unknown[] => {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [
    ...(key === name ? [value] : []),
    ...valuesOf(value, name),
  ]);
};

/**
 * Names, labels and selectors that Kubernetes would refuse
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
 */
export const labelErrors = (manifest: Manifest): string[] => {
  const { kind, metadata } = manifest;
  const maps = ['labels', 'matchLabels', 'selector'].flatMap((name) => valuesOf(manifest, name));
  const pairs = maps
    .flatMap((map) => Object.entries(map as object))
    .filter(([, value]) => typeof value === 'string');
  return [
    ...((kind === 'Service' ? SERVICE : NAME).test(metadata.name) ? [] : ['cannot have this name']),
    ...pairs.filter(([key]) => !isKey(key)).map(([key]) => `has a label ${key}, which is no key`),
    ...pairs
      .filter(([, value]) => !VALUE.test(value as string))
      .map(([, value]) => `has a label of value ${value}`),
  ].map((error) => `${kind} ${metadata.name} ${error}`);
};
