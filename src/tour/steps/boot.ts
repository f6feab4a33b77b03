import { duration, list, plural } from '../../base/format.js';
import { flagOf } from '../../config/resolve.js';
import type { UpOptions } from '../../config/schema.js';
import { up } from '../../operations/up.js';
import { exchange, type TourStep } from '../step.js';

export const boot: TourStep = {
  title: 'A cluster boots',
  teaches:
    'A Redis Cluster is a handful of servers that share 16384 slots. Masters own slots; each replica follows a master and takes over when it dies.',
  async run(stage, telling) {
    const result = await exchange(
      telling,
      ['rcluster up --any-port --cluster', stage.cluster, ...given(stage.upOptions)].join(' '),
      async () => stage.remember(await up(stage.upOptions, stage.activity)),
      (status) => ({
        kind: 'status',
        summary: `"${stage.cluster}" is ready: ${plural(status.nodes.length, 'node')} in ${duration(status.elapsedMs)}`,
        status,
      }),
    );
    const shares = stage.masters.map(({ name, slotCount }) => `${name} owns ${slotCount}`);
    const replicas = result.nodes.length - stage.masters.length;
    return [
      `${list(shares)} of the slots: together all ${result.slotsCovered}. The other ${plural(replicas, 'node')} follow them.`,
      `To try things yourself meanwhile, in another terminal: export RCLUSTER_CLUSTER=${stage.cluster}`,
    ].join('\n');
  },
};

/** What was asked of the tour, as flags of `up`. */
function given(options: UpOptions): string[] {
  const asked = ['image', 'runtime', 'redisServer'] as const;
  return asked.flatMap((option) => {
    const value = options[option];
    return value === undefined ? [] : [flagOf(option), value];
  });
}
