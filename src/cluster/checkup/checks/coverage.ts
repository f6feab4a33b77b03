import { configured, isUnseen } from '../facts.js';
import { findingFor, namesText, type Check } from '../finding.js';

export const coverageIsChosen: Check = {
  title: 'what happens without full coverage is as most want it',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    const where = (those: readonly { readonly name: string }[]) =>
      those.length === nodes.length ? '' : ` on ${namesText(those.map(({ name }) => name))}`;
    return [
      ...findingFor(
        nodes.filter(({ config }) => config.get('cluster-require-full-coverage') === 'yes'),
        (_, those) => ({
          code: 'FULL_COVERAGE_REQUIRED',
          severity: 'note',
          message: `cluster-require-full-coverage is yes${where(those)}: when one shard is lost, all others refuse commands too`,
          why: 'That is Redis’ default; most caches and many databases would rather serve the keys that are left.',
          mend: 'where that is so: CONFIG SET cluster-require-full-coverage no',
        }),
      ),
      ...findingFor(
        nodes.filter(({ config }) => config.get('cluster-allow-reads-when-down') === 'yes'),
        (_, those) => ({
          code: 'READS_WHEN_DOWN',
          severity: 'note',
          message: `cluster-allow-reads-when-down is yes${where(those)}: a node that is cut off goes on answering reads`,
          why: 'What it answers may have been changed long ago on the other side of the partition.',
          mend: 'where stale reads do harm: CONFIG SET cluster-allow-reads-when-down no',
        }),
      ),
    ];
  },
};
