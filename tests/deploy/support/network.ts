import { BlockList, isIPv4 } from 'node:net';
import type {
  V1LabelSelector,
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
} from '@kubernetes/client-node';

type Labels = Readonly<Record<string, string>>;

/** Who talks or is talked to: a pod, or an address outside of the cluster (IPv4). */
export type Party =
  | { readonly namespace: string; readonly labels: Labels; readonly ports?: Readonly<Record<string, number>> }
  | { readonly address: string };

/** Where to. */
export type Port = { readonly protocol: 'TCP' | 'UDP'; readonly port: number };

/** Whether a label selector takes these labels. An empty one takes all. */
export const selects = (selector: V1LabelSelector, labels: Labels): boolean =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'In') return value !== undefined && values.includes(value);
    if (operator === 'NotIn') return value === undefined || !values.includes(value);
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    throw new Error(`${operator} is no operator of a label selector`);
  });

/** Kubernetes gives every namespace its name as a label. */
const labelsOfNamespace = (name: string): Labels => ({ 'kubernetes.io/metadata.name': name });

const within = (cidr: string, address: string): boolean => {
  const [network = '', prefix = ''] = cidr.split('/');
  if (!isIPv4(network) || !isIPv4(address)) throw new Error(`${cidr} or ${address} is not IPv4`);
  const list = new BlockList();
  list.addSubnet(network, Number(prefix));
  return list.check(address);
};

const isPeer = (peer: V1NetworkPolicyPeer, party: Party, namespace: string): boolean => {
  if ('address' in party) {
    const { ipBlock } = peer;
    if (!ipBlock || !within(ipBlock.cidr, party.address)) return false;
    return !(ipBlock.except ?? []).some((cidr) => within(cidr, party.address));
  }
  if (peer.ipBlock) return false;
  const inNamespace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, labelsOfNamespace(party.namespace))
    : party.namespace === namespace;
  return inNamespace && selects(peer.podSelector ?? {}, party.labels);
};

const isPort = (allowed: V1NetworkPolicyPort, { protocol, port }: Port, to: Party): boolean => {
  if ((allowed.protocol ?? 'TCP') !== protocol) return false;
  if (allowed.port === undefined) return true;
  if (typeof allowed.port === 'string') return 'ports' in to && to.ports?.[allowed.port] === port;
  return port >= allowed.port && port <= (allowed.endPort ?? allowed.port);
};

type Rule = {
  readonly ports?: V1NetworkPolicyPort[] | undefined;
  readonly peers?: V1NetworkPolicyPeer[] | undefined;
};

const allows = (
  policies: readonly V1NetworkPolicy[],
  direction: 'Ingress' | 'Egress',
  of: Party,
  peer: Party,
  to: Party,
  port: Port,
): boolean => {
  if ('address' in of) return true;
  const mine = policies.filter(
    ({ metadata, spec }) =>
      metadata?.namespace === of.namespace &&
      spec !== undefined &&
      selects(spec.podSelector ?? {}, of.labels) &&
      (spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])]).includes(direction),
  );
  if (mine.length === 0) return true;
  return mine.some(({ spec }) => {
    const rules: Rule[] =
      direction === 'Ingress'
        ? (spec?.ingress ?? []).map(({ _from: peers, ports, ...rest }) => ({
            peers: peers ?? fromOf(rest),
            ports,
          }))
        : (spec?.egress ?? []).map(({ to: peers, ports }) => ({ peers, ports }));
    return rules.some(
      ({ peers, ports }) =>
        (!peers?.length || peers.some((one) => isPeer(one, peer, of.namespace))) &&
        (!ports?.length || ports.some((one) => isPort(one, port, to))),
    );
  });
};

/** The generated client calls it `_from`, for `from` is a word of some languages; the object itself has `from`. */
const fromOf = (rule: object): V1NetworkPolicyPeer[] | undefined =>
  (rule as { from?: V1NetworkPolicyPeer[] }).from;

/**
 * Whether a connection gets through, by the rules of networking.k8s.io/v1: policies add up; a pod that a policy of a
 * direction selects takes only what one of these allows; both ends must agree. (What a node sends to its own pods, as
 * the kubelet's probes, always gets through and is not asked here.)
 */
export const reaches = (policies: readonly V1NetworkPolicy[], from: Party, to: Party, port: Port): boolean =>
  allows(policies, 'Egress', from, to, to, port) && allows(policies, 'Ingress', to, from, to, port);
