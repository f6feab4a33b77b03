import { keySlot } from '../../cluster/slots.js';
import { exchange, type TourStep } from '../step.js';

const TAG = '{cart:7}';
const PIPELINE = [
  ['set', `${TAG}:owner`, 'ada'],
  ['incrby', `${TAG}:items`, '2'],
  ['ttl', `${TAG}:items`],
];
const TRANSACTION = [['multi'], ['incr', `${TAG}:items`], ['rpush', `${TAG}:log`, 'added a book'], ['exec']];

export const transaction: TourStep = {
  title: 'A pipeline and a transaction',
  teaches:
    'A pipeline sends many commands at once and saves round trips. A transaction carries them out together, on one node, so its keys need one tag.',
  async run(stage, telling) {
    const owner = stage.ownerOf(TAG);
    const send = (commands: readonly (readonly string[])[]) =>
      exchange(
        telling,
        `printf '${commands.map((words) => words.map(quoted).join(' ')).join('\\n')}\\n' | rcluster cli ${owner.port}`,
        () => stage.send(owner, commands),
        (outputs) => ({
          kind: 'reply',
          reply: outputs.map((output) => (output.kind === 'reply' ? output.reply : output)),
        }),
      );
    await send(PIPELINE);
    const answers = await send(TRANSACTION);
    const last = answers.at(-1);
    const done = last?.kind === 'reply' && Array.isArray(last.reply) ? last.reply.length : 0;
    return `All keys have the tag ${TAG}, so all are in slot ${keySlot(TAG)} on ${owner.name}. Each command of the transaction was queued, and EXEC carried out ${done} of them with nothing in between. With keys of two slots there is no transaction at all. All were sent in one write, as a client's pipeline is; redis-cli would wait for each answer.`;
  },
};

const quoted = (word: string) => (word.includes(' ') ? `"${word}"` : word);
