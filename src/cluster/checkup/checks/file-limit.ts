import { isUnseen, numberIn } from '../facts.js';
import { findingFor, type Check } from '../finding.js';
import { hosted } from './kernel.js';

/** Files that the server keeps for itself (redis/server.h CONFIG_MIN_RESERVED_FDS). */
const RESERVED = 32;
/** Redis' default of maxclients. Where the limit is too low, a server lowers its own at its start. */
const DEFAULT_CLIENTS = 10_000;

export const filesSuffice: Check = {
  title: 'the file limit allows for maxclients',
  judge: (facts) => {
    const nodes = hosted(facts);
    if (isUnseen(nodes)) return nodes;
    const limited = nodes.flatMap(({ name, host, said }) => {
      const clients = numberIn(said?.config ?? new Map(), 'maxclients') ?? DEFAULT_CLIENTS;
      const { fileLimit = Infinity } = host;
      // What a server has lowered itself to is exactly what the limit leaves.
      const wanted = clients === fileLimit - RESERVED ? Math.max(clients, DEFAULT_CLIENTS) : clients;
      return fileLimit < wanted + RESERVED
        ? [{ name, clients: fileLimit - RESERVED, wanted, fileLimit }]
        : [];
    });
    return findingFor(limited, (names, [first]) => ({
      code: 'FILE_LIMIT_LOW',
      severity: 'warning',
      message: `the file limit of ${first?.fileLimit ?? 0} leaves ${names} ${first?.clients ?? 0} clients instead of ${first?.wanted ?? 0}`,
      why: 'Clients beyond that are refused, which shows first when all of them reconnect after a failover.',
      mend: 'raise it: LimitNOFILE of the service, or --ulimit nofile of the container',
    }));
  },
};
