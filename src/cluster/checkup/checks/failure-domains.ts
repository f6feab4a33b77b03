import { masters, replicasOf, type ClusterNode } from '../../topology.js';
import { nameOf, type CheckupFacts } from '../facts.js';
import { finding, findingFor, verb, type Check } from '../finding.js';

/** What fails together: the zone that the nodes say they are in, else the host's address. */
export const hostsDiffer: Check = {
  title: 'masters and their replicas are on different hosts',
  judge: (facts) => {
    if (facts.lab !== undefined) {
      return [
        finding({
          code: 'ONE_HOST',
          severity: 'note',
          message: 'all nodes are on this host: right for a laboratory, and for nothing else',
          why: 'When the host fails, masters and replicas fail together.',
          mend: 'in production each master’s replica is on another host, best in another zone',
        }),
      ];
    }
    const owners = masters(facts.topology).filter(({ slots }) => slots.length > 0);
    const domains = domainsOf(facts);
    const places = new Set(facts.topology.nodes.map((node) => domains(node)));
    if (places.size === 1 && facts.topology.nodes.length > 1) {
      return [
        finding({
          code: 'ONE_HOST',
          severity: 'error',
          message: `all nodes are on one host or in one zone, ${[...places].join('')}`,
          why: 'When it fails, masters and replicas fail together.',
          mend: 'move the replicas to other hosts',
        }),
      ];
    }
    return [...shardsOnOneHost(facts, owners, domains), ...majorityOnOneHost(owners, domains)];
  },
};

type DomainOf = (node: ClusterNode) => string;

/** Valkey 8 and newer say in which zone they are (availability-zone); it counts when all of them do. */
function domainsOf({ nodes, topology }: CheckupFacts): DomainOf {
  const zones = new Map(nodes.map(({ id, said }) => [id, said?.info.get('availability_zone') ?? '']));
  const isZoned = topology.nodes.every(({ id }) => (zones.get(id) ?? '') !== '');
  return ({ id, host }) => (isZoned ? `zone ${zones.get(id) ?? ''}` : host);
}

function shardsOnOneHost(facts: CheckupFacts, owners: readonly ClusterNode[], domainOf: DomainOf) {
  const together = owners.filter((master) => {
    const replicas = replicasOf(facts.topology, master.id);
    return replicas.length > 0 && replicas.every((replica) => domainOf(replica) === domainOf(master));
  });
  return findingFor(
    together.map(({ id }) => ({ name: nameOf(facts, id) })),
    (names, nodes) => ({
      code: 'SHARD_ON_ONE_HOST',
      severity: 'error',
      message: `${names} ${verb(nodes, 'shares its host', 'share their hosts')} with all of ${verb(nodes, 'its', 'their')} replicas`,
      why: 'When that host fails, nobody can take over, and the slots are gone until it is back.',
      mend: 'exchange replicas between hosts, so that each is on another one than its master',
    }),
  );
}

function majorityOnOneHost(owners: readonly ClusterNode[], domainOf: DomainOf) {
  const counts = new Map<string, number>();
  for (const owner of owners) counts.set(domainOf(owner), (counts.get(domainOf(owner)) ?? 0) + 1);
  const heavy = [...counts].find(([, count]) => 2 * count >= owners.length);
  if (heavy === undefined) return [];
  const [host, count] = heavy;
  return [
    finding({
      code: 'MAJORITY_ON_ONE_HOST',
      severity: 'warning',
      message: `${count} of ${owners.length} masters are on ${host}`,
      why: 'When it fails, no majority of masters is left, and no replica is promoted.',
      mend: 'let replicas on other hosts take over from some of them: CLUSTER FAILOVER on those replicas',
    }),
  ];
}
