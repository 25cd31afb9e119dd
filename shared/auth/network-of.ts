/** 16-bit groups of an IPv6 network as one customer is given it: a /64, of which he has every address. */
const GROUPS = 4;

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Whom an address is counted as: an IPv4 address as itself, also when it is written as IPv6, and an IPv6 address as its
 * /64, because who has one address there has 2^64 and would meet no limit with a new one for each attempt.
 */
export const networkOf = (ip: string): string => {
  const mapped = IPV4_MAPPED.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  // A dotted end stands for two groups.
  const written = before.length + after.length + (ip.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - written) }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, GROUPS);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
};
