import { configured, isUnseen, type Fields } from '../facts.js';
import { findingFor, verb, type Check } from '../finding.js';

export const dataIsPersisted: Check = {
  title: 'data is on disk: an append-only file, or snapshots',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    // Whoever asks for a cluster in memory alone has one.
    const isWanted = facts.lab?.persistence === 'none';
    return findingFor(
      nodes.filter(({ config }) => isInMemoryAlone(config)),
      (names, those) => ({
        code: 'PERSISTENCE_OFF',
        severity: isWanted ? 'note' : 'warning',
        message: `${names} ${verb(those, 'keeps its', 'keep their')} data in memory alone`,
        why: 'A master that is restarted before its replica takes over comes back empty, and its replicas copy that.',
        mend: 'CONFIG SET appendonly yes',
      }),
      () => ({ parameter: 'appendonly', value: 'yes' }),
    );
  },
};

function isInMemoryAlone(config: Fields): boolean {
  return config.get('appendonly') === 'no' && config.get('save') === '';
}
