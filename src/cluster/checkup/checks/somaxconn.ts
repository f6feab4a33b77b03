import { isUnseen, numberIn } from '../facts.js';
import { findingFor, type Check } from '../finding.js';
import { hosted } from './kernel.js';

/** Redis' default of tcp-backlog. */
const DEFAULT_BACKLOG = 511;

export const connectionsQueue: Check = {
  title: 'net.core.somaxconn allows for tcp-backlog',
  judge: (facts) => {
    const nodes = hosted(facts);
    if (isUnseen(nodes)) return nodes;
    const queues = nodes.map(({ name, host, said }) => ({
      name,
      limit: host.somaxconn ?? Infinity,
      wanted: numberIn(said?.config ?? new Map(), 'tcp-backlog') ?? DEFAULT_BACKLOG,
    }));
    return findingFor(
      queues.filter(({ limit, wanted }) => limit < wanted),
      (names, [first]) => ({
        code: 'SOMAXCONN_LOW',
        severity: 'warning',
        message: `net.core.somaxconn is ${first?.limit ?? 0} for ${names}, and tcp-backlog ${first?.wanted ?? 0}`,
        why: 'When many clients connect at once, as after a failover, connections beyond that are dropped.',
        mend: `sysctl net.core.somaxconn=${first?.wanted ?? DEFAULT_BACKLOG} on the host, or as a sysctl of the container`,
      }),
    );
  },
};
