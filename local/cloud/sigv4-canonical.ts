/** The canonical form of a request's parts, which Signature Version 4 signs. */

/** Path and query of a URL as received. */
export const splitUrl = (url: string): string[] => {
  const at = url.indexOf('?');
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
};

/** A header as one text, in the form in which it is signed. */
export const headerText = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/\s+/g, ' ');

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** A path in the form in which it is signed. */
export const canonicalPath = (path: string): string =>
  path
    .split('/')
    .map((piece) => encode(decode(piece)))
    .join('/');

/** A query in the form in which it is signed, without one of its parameters. */
export const canonicalQuery = (query: string, without: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name.replaceAll('+', ' ')), decode(value.join('=').replaceAll('+', ' '))] as const;
    })
    .filter(([name]) => name !== without)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
