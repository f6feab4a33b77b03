import { networkInterfaces } from 'node:os';
import type { NetworkInspectInfo } from 'dockerode';
import { RclusterError, isRclusterError } from '../../base/errors.js';
import type { ClusterSpec } from '../../config/types.js';
import { engineCall, type Engine } from './engine.js';
import { candidateSubnets, freeSubnets } from '../../config/subnets.js';
import { networkName, networkOptions } from './translate.js';

/** The cluster's network, if there is one. */
export async function findNetwork(
  { docker }: Engine,
  cluster: string,
): Promise<NetworkInspectInfo | undefined> {
  const networks = await engineCall('listing networks', () =>
    docker.listNetworks({ filters: { name: [networkName(cluster)] } }),
  );
  return networks.find((network) => network.Name === networkName(cluster));
}

/** @throws ENGINE_ERROR when the network has no subnet of its own */
export function subnetOf(network: NetworkInspectInfo): string {
  const subnet = network.IPAM?.Config?.[0]?.Subnet;
  if (subnet === undefined) throw new RclusterError('ENGINE_ERROR', `network ${network.Name} has no subnet`);
  return subnet;
}

/**
 * A network of the cluster's own with a subnet that nothing else uses: only there can nodes have fixed addresses, and
 * only with fixed addresses does a cluster survive a restart of all its nodes.
 *
 * @throws SUBNET_IN_USE
 */
export async function createNetwork(engine: Engine, spec: ClusterSpec): Promise<void> {
  if ((await findNetwork(engine, spec.name)) !== undefined) return;
  const candidates =
    spec.subnet === '' ? candidateSubnets(spec.masters * (1 + spec.replicas)) : [spec.subnet];
  const free = freeSubnets(candidates, await takenSubnets(engine));
  for (const subnet of free) {
    try {
      await engineCall('creating the network', () =>
        engine.docker.createNetwork(networkOptions(spec, subnet)),
      );
      return;
    } catch (error) {
      // Another command may have taken the subnet since the look, and routes of the engine's host are not to be seen.
      if (!isRclusterError(error) || !/overlaps|all predefined address pools/i.test(error.message))
        throw error;
    }
  }
  throw new RclusterError(
    'SUBNET_IN_USE',
    spec.subnet === ''
      ? 'no free subnet was found for the network'
      : `subnet ${spec.subnet} overlaps with one that is in use`,
    { hint: '--subnet with a free one, such as 10.123.45.0/24' },
  );
}

async function takenSubnets({ docker }: Engine): Promise<string[]> {
  const networks = await engineCall('listing networks', () => docker.listNetworks());
  const ofEngine = networks
    .flatMap((network) => network.IPAM?.Config ?? [])
    .flatMap(({ Subnet }) => Subnet ?? []);
  const ofHost = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ cidr }) => cidr ?? []);
  return [...ofEngine, ...ofHost];
}
