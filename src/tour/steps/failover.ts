import { duration } from '../../base/format.js';
import { startNode } from '../../operations/node-lifecycle.js';
import { kill } from '../../drills/kill.js';
import { exchange, type TourStep } from '../step.js';

const KEY = 'user:1';

export const failover: TourStep = {
  title: 'A master dies, and its replica takes over',
  teaches:
    'The others notice by its silence (cluster-node-timeout), a majority of masters agrees, and elects its replica. Until then writes to its slots fail.',
  async run(stage, telling) {
    const victim = stage.ownerOf(KEY);
    const result = await exchange(
      telling,
      `rcluster kill --master ${victim.port}`,
      () => kill(stage.cluster, { target: { master: victim.name }, ...stage.activity }),
      (killed) => ({ kind: 'kill', result: killed }),
    );
    const back = await exchange(
      telling,
      `rcluster start ${victim.port}`,
      async () => stage.remember(await startNode(stage.cluster, victim.name, stage.activity)),
      ({ node, elapsedMs }) => ({
        kind: 'lines',
        lines: [
          `${node.name} (${node.port}) is back after ${duration(elapsedMs)}, as a replica of ${node.replicaOf ?? '?'}`,
        ],
      }),
    );
    const phases =
      result.detectMs === undefined
        ? ''
        : ` ${duration(result.detectMs)} until a majority called it failed, ${duration(result.electMs ?? 0)} to elect ${result.promoted ?? 'a replica'}, ${duration(result.recoverMs ?? 0)} until a write succeeded.`;
    const lost = result.writes?.lost ?? 0;
    return [
      `Writes to its slots failed for ${duration(result.outageMs ?? 0)}:${phases}`,
      `${lost === 0 ? 'No acknowledged write was lost' : `${lost} acknowledged writes were lost`}, though replication promises nothing: what a master acknowledges in its last moment may die with it. The old master is back as a replica of ${back.node.replicaOf ?? '?'}: nobody gives the slots back.`,
    ].join('\n');
  },
};
