import { RclusterError } from '../../base/errors.js';
import { slotOfKeys } from '../../operations/inspect/slot-of-keys.js';
import { EXIT } from '../exit-codes.js';
import { slotText } from '../ui/slots.js';
import type { CommandRun } from './index.js';

const NUL = 0x00;
const LINE_FEED = 0x0a;

export const run: CommandRun = async ({ ui, cluster }, { args, options }) => {
  const end = options['null'] === true ? NUL : LINE_FEED;
  const piped = options['stdin'] === true ? pieces(await standardInput(), end) : [];
  const keys = [...args, ...piped];
  if (keys.length === 0) {
    throw new RclusterError('USAGE', 'no key was given', {
      hint: 'rcluster slot user:1, or --stdin for a list',
    });
  }
  const report = await slotOfKeys(cluster, { keys, hex: options['hex'] === true });
  ui.result(report, () => slotText(report));
  return EXIT.done;
};

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What stands before each `end` byte, and what is left after the last one. */
function pieces(bytes: Buffer, end: number): Buffer[] {
  const found: Buffer[] = [];
  let from = 0;
  while (from < bytes.length) {
    const at = bytes.indexOf(end, from);
    const to = at === -1 ? bytes.length : at;
    found.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return found;
}
