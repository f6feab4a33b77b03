import type { FailoverKind } from '../../cluster/plan-step.js';
import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

const ARGUMENTS: Readonly<Record<FailoverKind, readonly string[]>> = {
  graceful: [],
  force: ['FORCE'],
  takeover: ['TAKEOVER'],
};

/**
 * To a replica: it shall become master. The answer comes before it has: see its role. `takeover` is done at once.
 * https://redis.io/docs/latest/commands/cluster-failover/
 */
export const clusterFailover = (how: FailoverKind): Command<undefined> => ({
  args: ['CLUSTER', 'FAILOVER', ...ARGUMENTS[how]],
  decode: asNothing,
});
