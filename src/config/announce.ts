import ipaddr from 'ipaddr.js';
import type { ClusterSpec, NodeName } from './types.js';

/** The value of `announce` by which nodes tell clients their names in the network in place of an address. */
export const NETWORK = 'network';

type Announcing = Pick<ClusterSpec, 'name' | 'bind' | 'announce'>;

/** The container's name, which every container of the network can resolve. A node's own name may be in two networks at once. */
export function nameInNetwork({ name }: Pick<ClusterSpec, 'name'>, node: NodeName): string {
  return `${name}-${node}`;
}

/** What the node tells clients (`cluster-announce-hostname`). */
export function announcedHost(spec: Announcing, node: NodeName): string {
  return spec.announce === NETWORK ? nameInNetwork(spec, node) : spec.announce;
}

/** Where this host reaches every node, whatever they tell clients. */
export function hostOf({ bind, announce }: Omit<Announcing, 'name'>): string {
  if (announce !== NETWORK) return announce;
  return bind === '0.0.0.0' ? '127.0.0.1' : bind;
}

/** Whether nobody but this host reaches the address. A name other than localhost may lead anywhere. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}
