import type { V1Ingress } from '@kubernetes/client-node';

const elementsOf = (path: string): string[] => path.split('/').filter((element) => element !== '');

/**
 * The service that an Ingress of one rule sends a path to, or undefined for none: the exact path first, else the longest prefix of whole
 * elements (https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types).
 */
export const ingressRoute = (ingress: V1Ingress, path: string): string | undefined => {
  const paths = (ingress.spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const asked = elementsOf(path);
  const matches = paths.filter(({ path: own = '/', pathType }) => {
    if (pathType === 'Exact') return own === path;
    if (pathType !== 'Prefix') throw new Error(`What ${pathType} matches is up to the controller`);
    return elementsOf(own).every((element, index) => asked[index] === element);
  });
  const length = ({ path: own = '/', pathType }: (typeof paths)[number]): number =>
    pathType === 'Exact' ? Number.POSITIVE_INFINITY : elementsOf(own).length;
  return matches.toSorted((a, b) => length(b) - length(a))[0]?.backend.service?.name;
};

/**
 * The backend that the gateway's public frontend sends a path to, by the `use_backend` lines of haproxy.cfg.
 *
 * @throws Error for a condition that is written another way than `{ path /a /b } or { path_beg /a/ }`
 */
export const gatewayRoute = (config: string, path: string): string => {
  const frontend = /^frontend public\n((?: .*\n|\n)+)/m.exec(config)?.[1] ?? '';
  for (const [, backend = '', condition = ''] of frontend.matchAll(/^\s+use_backend (\S+) if (.+)$/gm)) {
    const tests = condition.split(' or ').map((one) => {
      const [, kind, values] = /^\{ (path|path_beg) (.+) \}$/.exec(one) ?? [];
      if (!values) throw new Error(`${one} is no condition that is understood here`);
      return values.split(' ').some((value) => (kind === 'path' ? path === value : path.startsWith(value)));
    });
    if (tests.some(Boolean)) return backend;
  }
  const rest = /^\s+default_backend (\S+)$/m.exec(frontend)?.[1];
  if (!rest) throw new Error('The gateway has no default backend');
  return rest;
};
