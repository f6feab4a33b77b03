import ipaddr from 'ipaddr.js';
import { isLoopback } from './announce.js';
import { defaultMemory } from './defaults.js';
import { BUS_PORT_OFFSET } from './types.js';
import type { ResolvedUpOptions } from './schema.js';

/** What is wrong with one option: the option's name as in the schema, and a sentence. */
export interface Problem {
  readonly option: string;
  readonly message: string;
}

/** Addresses that a subnet needs besides its nodes': network, gateway, broadcast, and room for later nodes. */
export const SPARE_ADDRESSES = 16;

/** Problems that no single field shows. Pure. */
export function ruleProblems(options: ResolvedUpOptions): Problem[] {
  const problems: Problem[] = [];
  const nodes = options.masters * (1 + options.replicas);

  if (options.masters < 3 && !options.force) {
    problems.push({
      option: 'masters',
      message: `${options.masters} is too few: with fewer than 3 masters no majority is left to elect a replica; --force if you want that`,
    });
  }
  const lastBusPort = options.basePort + nodes - 1 + BUS_PORT_OFFSET;
  if (lastBusPort > 65_535) {
    problems.push({
      option: 'basePort',
      message: `${options.basePort} is too high for ${nodes} nodes: the cluster bus of the last one would be at port ${lastBusPort} (port + 10000, at most 65535); at most ${65_535 - BUS_PORT_OFFSET - nodes + 1}`,
    });
  }
  if (options.bind === '0.0.0.0' && options.announce === undefined) {
    problems.push({
      option: 'announce',
      message: 'is needed with --bind 0.0.0.0: the address of this host that clients shall connect to',
    });
  }
  if (!isLoopback(options.bind) && !letsInOnlyKnown(options) && !options.insecure) {
    problems.push({
      option: 'bind',
      message: `${options.bind} lets in anybody who reaches this host: --password (or --tls-auth-clients yes), or --insecure if that is wanted`,
    });
  }
  if (options.subnet !== undefined) {
    const [, prefix] = ipaddr.IPv4.parseCIDR(options.subnet);
    if (2 ** (32 - prefix) < nodes + SPARE_ADDRESSES) {
      problems.push({ option: 'subnet', message: `${options.subnet} is too small for ${nodes} nodes` });
    }
  }
  if (options.password !== undefined && options.passwordFile !== undefined) {
    problems.push({ option: 'passwordFile', message: 'and --password: one of them is enough' });
  }
  const own = [options.tlsCert, options.tlsKey, options.tlsCa];
  if (own.includes(undefined) && own.some((path) => path !== undefined)) {
    problems.push({ option: 'tlsCert', message: '--tls-cert, --tls-key and --tls-ca belong together' });
  }
  const memory = memoryOf(options);
  if (memory > 0 && options.maxmemory > memory) {
    problems.push({
      option: 'memory',
      message: 'is less than --maxmemory: the kernel would kill the nodes before redis evicts anything',
    });
  }
  for (const [name, { maxmemory = 0 }] of Object.entries(options.nodes)) {
    if (memory > 0 && maxmemory > memory)
      problems.push({ option: 'nodes', message: `${name} has more maxmemory than --memory lets it have` });
  }
  return problems;
}

/** Whether whoever reaches a node has to be known to do anything there. */
function letsInOnlyKnown({
  password,
  passwordFile,
  aclFile,
  tlsAuthClients,
}: Pick<ResolvedUpOptions, 'password' | 'passwordFile' | 'aclFile' | 'tlsAuthClients'>): boolean {
  const named = [password, passwordFile, aclFile].some((option) => option !== undefined);
  return named || tlsAuthClients === 'yes';
}

/** The limit of each container's memory in bytes, given or not; 0 is none. */
export function memoryOf({
  memory,
  maxmemory,
  nodes,
}: Pick<ResolvedUpOptions, 'memory' | 'maxmemory' | 'nodes'>): number {
  if (memory !== undefined) return memory;
  return defaultMemory(Math.max(maxmemory, ...Object.values(nodes).map((node) => node.maxmemory ?? 0)));
}
