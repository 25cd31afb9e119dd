import { makeHttpWire, type Wire } from '../../support/wire.ts';

const FIELD = 'x-forwarded-for';

/**
 * A wire through a load balancer that the gateway trusts: the address that a request comes from (`from`) travels at the
 * end of X-Forwarded-For, behind whatever the client has claimed there itself. Through Docker's published port all
 * clients of a machine have one address; what they claim still must not be believed.
 */
export const makeTrustedWire = (): { readonly wire: Wire; readonly close: () => void } => {
  const { wire, close } = makeHttpWire();
  const through: Wire = (origin, { from = '127.0.0.1', headers, ...wanted }) => {
    const claimed = headers.flatMap(([name, value]) => (name.toLowerCase() === FIELD ? [value] : []));
    const others = headers.filter(([name]) => name.toLowerCase() !== FIELD);
    return wire(origin, { ...wanted, headers: [...others, [FIELD, [...claimed, from].join(', ')]] });
  };
  return { wire: through, close };
};
