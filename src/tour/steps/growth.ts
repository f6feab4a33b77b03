import { duration, list } from '../../base/format.js';
import { addMaster } from '../../operations/scaling/add-master.js';
import { exchange, type TourStep } from '../step.js';
import { Writer } from '../writer.js';

export const growth: TourStep = {
  title: 'A master joins while an application goes on writing',
  teaches: 'Slots move from node to node, with their keys, while clients are served.',
  async run(stage, telling) {
    const writer = new Writer(stage.endpoints);
    let result;
    try {
      result = await exchange(
        telling,
        'rcluster add-master',
        async () => stage.remember(await addMaster(stage.cluster, {}, stage.activity)),
        (status) => ({
          kind: 'status',
          summary: `added ${list(status.added)} in ${duration(status.elapsedMs)}; moved ${status.slotsMoved} slots with ${status.keysMoved} keys`,
          status,
        }),
      );
    } finally {
      await writer.finish();
    }
    const { acknowledged, failed, slowestMs } = await writer.finish();
    return [
      `${result.slotsMoved} slots went to ${result.added[0] ?? 'the new master'}, a share from each of the others.`,
      `Meanwhile an application wrote ${acknowledged} times: ${failed === 0 ? 'no write failed' : `${failed} writes failed`}, and the slowest took ${duration(slowestMs)}. While a slot is on its way, keys that have left already answer ASK, which clients follow as well.`,
    ].join('\n');
  },
};
