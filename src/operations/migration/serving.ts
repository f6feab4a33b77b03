import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { clusterInfo } from '../../redis/commands/index.js';
import type { Member } from '../members.js';

/** A new master says cluster_state:fail, and refuses every command on keys, for its first two seconds. */
const SERVING_MS = 15_000;

export async function waitUntilServing({ name, connection }: Member): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => ((await connection.run(clusterInfo())).ok ? [] : [`${name}: cluster_state is fail`]),
    { deadline: Deadline.after(SERVING_MS), what: `${name} to take keys` },
  );
}
