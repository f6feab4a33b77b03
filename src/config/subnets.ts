import ipaddr from 'ipaddr.js';
import type { ClusterSpec } from './types.js';

/** IPv4 subnets, as CIDR text: which are free, and which address of one a node gets. Pure. */

type Cidr = [ipaddr.IPv4, number];

function overlap(a: Cidr, b: Cidr): boolean {
  const [wider, narrower] = a[1] <= b[1] ? [a, b] : [b, a];
  return narrower[0].match(wider);
}

/** The subnets of 172.30.0.0/15 in the order in which they are tried: small ones, so that many clusters fit. */
export function candidateSubnets(nodes: number): string[] {
  const prefix = nodes <= 200 ? 24 : nodes <= 1000 ? 22 : 18;
  const step = 2 ** (24 - prefix);
  return Array.from({ length: 512 / step }, (_, index) => {
    const third = index * step;
    return `172.${30 + Math.floor(third / 256)}.${third % 256}.0/${prefix}`;
  });
}

/** Candidates that meet none of the `taken` ones; IPv6 and malformed entries among them count for nothing. */
export function freeSubnets(candidates: readonly string[], taken: readonly string[]): string[] {
  const occupied = taken
    .filter((cidr) => ipaddr.IPv4.isValidCIDR(cidr))
    .map((cidr) => ipaddr.IPv4.parseCIDR(cidr));
  return candidates.filter((candidate) => {
    const cidr = ipaddr.IPv4.parseCIDR(candidate);
    return !occupied.some((other) => overlap(cidr, other));
  });
}

/** `node-1` gets .11 of a /24: low addresses are the gateway's and the one-shot services'. */
const FIRST_NODE_OFFSET = 10;

export function nodeAddress(subnet: string, number: number): string {
  const bytes = ipaddr.IPv4.networkAddressFromCIDR(subnet).toByteArray();
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0) + FIRST_NODE_OFFSET + number;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The subnet of a compose file, which cannot look for a free one: clusters of other names most likely get others. */
export function defaultSubnet(spec: Pick<ClusterSpec, 'name' | 'masters' | 'replicas'>): string {
  const candidates = candidateSubnets(spec.masters * (1 + spec.replicas));
  const hash = Buffer.from(spec.name).reduce((sum, byte) => (sum * 31 + byte) % 65_521, 7);
  return candidates[hash % candidates.length] ?? '';
}
