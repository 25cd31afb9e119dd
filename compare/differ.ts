/** One place where two answers are not the same. `left` or `right` is undefined where that side has nothing there. */
export type Difference = { readonly path: string; readonly left: unknown; readonly right: unknown };

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object';

/**
 * Every place where two JSON values differ, by path, e.g. `[0].body.stock.available`. The order of an object's members does
 * not count; that of an array's does.
 */
export const differ = (left: unknown, right: unknown, path = ''): Difference[] => {
  if (Object.is(left, right)) return [];
  if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right)) {
    return [{ path: path === '' ? '(whole)' : path, left, right }];
  }
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const at = (name: string): string => {
    if (Array.isArray(left)) return `${path}[${name}]`;
    return path === '' ? name : `${path}.${name}`;
  };
  return names.flatMap((name) => differ(left[name], right[name], at(name)));
};
