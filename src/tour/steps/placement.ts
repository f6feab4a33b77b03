import { keySlot } from '../../cluster/slots.js';
import { exchange, type TourStep } from '../step.js';

const KEY = 'user:1';

export const placement: TourStep = {
  title: 'Where a key goes',
  teaches:
    'A key belongs to a slot, and the slot to a master. Any node can say which; only the owner takes the key.',
  async run(stage, telling) {
    const owner = stage.ownerOf(KEY);
    const other = stage.masters.find(({ name }) => name !== owner.name) ?? owner;
    const ask = (node: typeof owner, ...words: string[]) =>
      exchange(
        telling,
        `rcluster cli ${node.port} ${words.join(' ')}`,
        () => stage.ask(node, words),
        (output) => output,
      );
    const slot = await ask(other, 'cluster', 'keyslot', KEY);
    const refused = await ask(other, 'set', KEY, 'ada');
    await ask(owner, 'set', KEY, 'ada');
    const number = slot.kind === 'reply' ? Number(slot.reply) : keySlot(KEY);
    const moved = refused.kind === 'error' ? refused.message : 'nothing of the kind';
    return [
      `CRC16 of "${KEY}" modulo 16384 is ${number}, and ${owner.name} owns that slot.`,
      `${other.name} does not, so it answered "${moved}": the slot, and where to go. Cluster clients follow that by themselves, and so does rcluster cli without a port. rcluster slot tells it of any key.`,
    ].join('\n');
  },
};
