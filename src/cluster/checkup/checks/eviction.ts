import { configured, isUnseen, keysIn, numberIn } from '../facts.js';
import { findingFor, verb, type Check } from '../finding.js';

export const evictionWorks: Check = {
  title: 'maxmemory-policy finds something to evict',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    const idle = nodes.filter(({ node, config }) => {
      const { keys, expiring } = keysIn(node.said.info);
      const isVolatile = config.get('maxmemory-policy')?.startsWith('volatile-') === true;
      return isVolatile && (numberIn(config, 'maxmemory') ?? 0) > 0 && keys > 0 && expiring === 0;
    });
    return findingFor(idle, (names, those) => ({
      code: 'EVICTION_IDLE',
      severity: 'warning',
      message: `${names} ${verb(those, 'evicts', 'evict')} keys that expire alone (${those[0]?.config.get('maxmemory-policy') ?? ''}), and ${verb(those, 'has', 'have')} none`,
      why: 'At maxmemory nothing can be evicted, so every write is refused (OOM).',
      mend: 'give keys a time to live; or for a cache CONFIG SET maxmemory-policy allkeys-lru',
    }));
  },
};
