import { isUnseen } from '../facts.js';
import { finding, type Check } from '../finding.js';

/** Milliseconds: what nodes of one data centre have between each other. Every failover and every WAIT costs several round trips. */
export const LATENCY_LIMIT_MS = 1;

export const nodesAreClose: Check = {
  title: `a round trip between nodes takes less than ${LATENCY_LIMIT_MS} ms`,
  judge: ({ latencies }) => {
    if (isUnseen(latencies)) return latencies;
    const far = latencies.filter(({ ms }) => ms >= LATENCY_LIMIT_MS).sort((a, b) => b.ms - a.ms);
    const [worst] = far;
    if (worst === undefined) return [];
    return [
      finding({
        code: 'LATENCY_HIGH',
        severity: 'warning',
        nodes: [...new Set(far.flatMap(({ from, to }) => [from, to]))],
        message: `${worst.from} to ${worst.to} takes ${worst.ms.toFixed(1)} ms; ${far.length} of ${latencies.length} pairs take ${LATENCY_LIMIT_MS} ms or more`,
        why: 'Replication falls behind by that much, so more is lost in a failover, and moving slots takes as much longer.',
        mend: 'keep the nodes in one data centre; where they are, look for a busy host or a slow link',
      }),
    ];
  },
};
