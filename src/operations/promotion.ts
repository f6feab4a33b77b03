import { waitUntilNothingIsMissing, type Deadline } from '../base/deadline.js';
import type { FailoverKind } from '../cluster/plan-step.js';
import { clusterFailover, info } from '../redis/commands/index.js';
import type { Connected } from './connections.js';

/** Makes a replica the master, and returns when it is. @throws REDIS_ERROR when it refuses, TIMEOUT */
export async function promote(
  { node, connection }: Connected,
  how: FailoverKind,
  deadline: Deadline,
): Promise<void> {
  await connection.run(clusterFailover(how));
  await waitUntilNothingIsMissing(
    async () =>
      (await connection.run(info())).role === 'master' ? [] : [`${node.name}: is a replica still`],
    { deadline, what: `${node.name} to become master`, everyMs: 5 },
  );
}
