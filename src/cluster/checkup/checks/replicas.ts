import { masters, replicasOf } from '../../topology.js';
import { nameOf, type CheckupFacts } from '../facts.js';
import { findingFor, verb, type Check } from '../finding.js';

export const mastersHaveReplicas: Check = {
  title: 'every master has a replica that could take over',
  judge: (facts) => {
    const bare = masters(facts.topology)
      .filter(({ id, slots, health }) => slots.length > 0 && health !== 'fail' && !hasHeir(facts, id))
      .map(({ id }) => ({ name: nameOf(facts, id) }));
    // Whoever asks for a cluster without replicas knows that it has none.
    const isWanted = facts.lab?.replicasWanted === 0;
    return findingFor(bare, (names, nodes) => ({
      code: 'MASTER_WITHOUT_REPLICA',
      severity: isWanted ? 'warning' : 'error',
      message: `${names} ${verb(nodes, 'has', 'have')} no replica that could take over`,
      why: 'When such a master fails, its slots are gone until it is back, and without full coverage so is the cluster.',
      mend:
        facts.lab === undefined
          ? 'start its replica again, or add one'
          : 'rcluster start NODE brings a stopped replica back; rcluster add-replica adds one',
    }));
  },
};

function hasHeir(facts: CheckupFacts, master: string): boolean {
  return replicasOf(facts.topology, master).some(({ id, health }) => {
    const said = facts.nodes.find((node) => node.id === id)?.said;
    return health !== 'fail' && said !== undefined && said.info.get('master_link_status') !== 'down';
  });
}
