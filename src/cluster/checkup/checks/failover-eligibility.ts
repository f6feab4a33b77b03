import { configured, isUnseen } from '../facts.js';
import { findingFor, verb, type Check } from '../finding.js';

const NO_FAILOVER = ['cluster-replica-no-failover', 'cluster-slave-no-failover'];

export const replicasMayTakeOver: Check = {
  title: 'replicas may take over, and stale ones may not',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    return [
      ...findingFor(
        nodes.filter(({ config }) => NO_FAILOVER.some((name) => config.get(name) === 'yes')),
        (names, those) => ({
          code: 'FAILOVER_FORBIDDEN',
          severity: 'error',
          message: `${names} ${verb(those, 'is', 'are')} not allowed to take over (cluster-replica-no-failover yes)`,
          why: 'When the master fails, the replica has the data and stands by.',
          mend: 'CONFIG SET cluster-replica-no-failover no',
        }),
        () => ({ parameter: 'cluster-replica-no-failover', value: 'no' }),
      ),
      ...findingFor(
        nodes.filter(({ config }) => config.get('cluster-replica-validity-factor') === '0'),
        (names, those) => ({
          code: 'STALE_REPLICA_ELIGIBLE',
          severity: 'note',
          message: `${names} ${verb(those, 'takes', 'take')} over however stale ${verb(those, 'it is', 'they are')} (cluster-replica-validity-factor 0)`,
          why: 'A replica that was cut off for an hour wipes out that hour when it is promoted. It does keep the slots served.',
          mend: 'where data counts more than service: CONFIG SET cluster-replica-validity-factor 10',
        }),
      ),
    ];
  },
};
