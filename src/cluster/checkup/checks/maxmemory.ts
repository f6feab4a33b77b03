import { bytes } from '../../../base/format.js';
import { configured, isUnseen, numberIn } from '../facts.js';
import { findingFor, verb, type Check } from '../finding.js';

/** Of maxmemory. */
const NEARLY_FULL = 0.9;

export const memoryIsLimited: Check = {
  title: 'maxmemory is set, and not nearly used up',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    const sized = nodes.map(({ name, node, config }) => ({
      name,
      limit: numberIn(config, 'maxmemory') ?? 0,
      used: counted(node.said.info),
    }));
    return [
      ...findingFor(
        sized.filter(({ limit }) => limit === 0),
        (names, those) => ({
          code: 'MAXMEMORY_UNSET',
          severity: facts.lab === undefined ? 'warning' : 'note',
          message:
            those.length === nodes.length
              ? 'no node has a maxmemory'
              : `${names} ${verb(those, 'has', 'have')} no maxmemory`,
          why: 'Memory grows until the kernel kills the server, instead of keys being evicted or writes being refused.',
          mend: 'CONFIG SET maxmemory to what the host can spare, with room for the fork of a save',
        }),
      ),
      ...findingFor(
        sized.filter(({ limit, used }) => limit > 0 && used >= NEARLY_FULL * limit),
        (names, [first]) => ({
          code: 'MEMORY_NEARLY_FULL',
          severity: 'warning',
          message: `${names}: ${bytes(first?.used ?? 0)} of a maxmemory of ${bytes(first?.limit ?? 0)} are in use`,
          why: 'At the limit keys are evicted, or writes are refused (OOM), as maxmemory-policy says.',
          mend: 'add a master, raise maxmemory, or let keys expire',
        }),
      ),
    ];
  },
};

/** Buffers of replicas and of the append-only file do not count (redis/evict.c getMaxmemoryState). */
function counted(info: ReadonlyMap<string, string>): number {
  return (numberIn(info, 'used_memory') ?? 0) - (numberIn(info, 'mem_not_counted_for_evict') ?? 0);
}
