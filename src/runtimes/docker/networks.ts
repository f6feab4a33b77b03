import { networkInterfaces } from 'node:os';
import type { NetworkInspectInfo } from 'dockerode';
import { RclusterError, isRclusterError } from '../../base/errors.js';
import type { ClusterSpec } from '../../config/types.js';
import { engineCall, engineCallUnlessGone, type Engine } from './engine.js';
import { LABEL, specOfLabels } from '../../config/labels.js';
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

/** Nothing there is fine. @throws ENGINE_ERROR with who still uses it */
export async function removeNetwork(engine: Engine, cluster: string): Promise<void> {
  const found = await findNetwork(engine, cluster);
  if (found?.Labels?.[LABEL.cluster] !== cluster) return;
  const network = engine.docker.getNetwork(found.Id);
  try {
    await engineCallUnlessGone('removing the network', () => network.remove());
  } catch (error) {
    if (!isRclusterError(error) || !error.message.includes('active endpoints')) throw error;
    const { Containers } = await engineCall('looking at the network', () => network.inspect());
    const names = Object.values(Containers ?? {}).map(({ Name }) => Name);
    throw names.length > 0
      ? new RclusterError('ENGINE_ERROR', `network ${found.Name} is still used by ${names.join(', ')}`, {
          hint: `docker network disconnect -f ${found.Name} ${names[0] ?? ''}, then the same command again`,
          cause: error,
        })
      : new RclusterError(
          'ENGINE_ERROR',
          `the engine holds network ${found.Name} for used, though nobody uses it`,
          {
            hint: 'it counts anew when it is restarted; then the same command again',
            cause: error,
          },
        );
  }
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
 * @throws SUBNET_IN_USE, ENGINE_ERROR when another's network goes by the name
 */
export async function createNetwork(engine: Engine, spec: ClusterSpec): Promise<void> {
  const existing = await findNetwork(engine, spec.name);
  if (existing !== undefined) {
    if (existing.Labels?.[LABEL.cluster] === spec.name) return;
    throw new RclusterError(
      'ENGINE_ERROR',
      `a network called ${existing.Name} exists that rcluster did not make`,
      {
        hint: `--cluster with another name, or docker network rm ${existing.Name}`,
      },
    );
  }
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

/**
 * Makes the network anew with what the cluster has become, since all that is left of a cluster whose data is kept is what stands
 * there, and a label cannot be changed: an upgraded cluster would come back with the server that it had at first, which cannot
 * read the data. The subnet stays.
 */
export async function renewNetwork(engine: Engine, spec: ClusterSpec): Promise<void> {
  const network = await findNetwork(engine, spec.name);
  if (network === undefined) return createNetwork(engine, spec);
  if (network.Labels?.[LABEL.spec] === undefined) return;
  if (specOfLabels(spec.name, network.Labels).image === spec.image) return;
  const subnet = subnetOf(network);
  await removeNetwork(engine, spec.name);
  await engineCall('creating the network', () => engine.docker.createNetwork(networkOptions(spec, subnet)));
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
