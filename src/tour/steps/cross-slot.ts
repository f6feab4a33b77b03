import { keySlot } from '../../cluster/slots.js';
import { exchange, type TourStep } from '../step.js';

const [FIRST, SECOND] = ['user:1', 'user:2'];
const [TAGGED_FIRST, TAGGED_SECOND] = ['{user}:1', '{user}:2'];

export const crossSlot: TourStep = {
  title: 'CROSSSLOT, and how a hash tag mends it',
  teaches:
    'A command with several keys needs all of them in one slot. What stands in braces decides over the slot alone.',
  async run(stage, telling) {
    const ask = (key: string, ...words: string[]) =>
      exchange(
        telling,
        `rcluster cli ${stage.ownerOf(key).port} ${words.join(' ')}`,
        () => stage.ask(stage.ownerOf(key), words),
        (output) => output,
      );
    const refused = await ask(FIRST, 'mset', FIRST, 'ada', SECOND, 'bob');
    await ask(TAGGED_FIRST, 'mset', TAGGED_FIRST, 'ada', TAGGED_SECOND, 'bob');
    await ask(TAGGED_FIRST, 'mget', TAGGED_FIRST, TAGGED_SECOND);
    const said = refused.kind === 'error' ? (refused.message.split(' ')[0] ?? '') : 'OK';
    return [
      `${FIRST} is in slot ${keySlot(FIRST)} and ${SECOND} in slot ${keySlot(SECOND)}, hence ${said}.`,
      `Of ${TAGGED_FIRST} and ${TAGGED_SECOND} only "user" counts: both are in slot ${keySlot(TAGGED_FIRST)}. A tag as wide as this one would gather all users on one master, so take {user:1} for what belongs to one user. rcluster explain tells all that before a command is sent.`,
    ].join('\n');
  },
};
