import { createInterface } from 'node:readline/promises';
import { messageOf } from '../../base/errors.js';
import { callNode, runNodeClient } from '../../index.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { replyText } from '../ui/reply.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async (context, { args }) => {
  const { reference, words } = split(args);
  const code = await runNodeClient(context.cluster, reference, words);
  if (code !== undefined) return code;
  if (words.length > 0) return once(context, reference, words);
  return prompt(context, reference);
};

/** Everything behind `--` is redis-cli's; before it stands the node, if one is named. */
function split(args: readonly string[]): { reference: string | undefined; words: string[] } {
  const [first, ...rest] = process.argv.includes('--') ? beforeAndAfter(args) : [args[0], ...args.slice(1)];
  return { reference: first, words: rest };
}

/** commander removes the `--` itself; how many words stood before it, only the raw line tells. */
function beforeAndAfter(args: readonly string[]): [string | undefined, ...string[]] {
  const behind = process.argv.slice(process.argv.indexOf('--') + 1).length;
  return args.length > behind ? [args[0], ...args.slice(1)] : [undefined, ...args];
}

async function once(
  { ui, cluster }: CommandContext,
  reference: string | undefined,
  words: readonly string[],
): Promise<number> {
  ui.print(replyText(await callNode(cluster, reference, words)));
  return EXIT.done;
}

/** For hosts without redis-cli: one command a line, through ioredis. */
async function prompt(
  { ui, cluster, signal }: CommandContext,
  reference: string | undefined,
): Promise<number> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt: `${reference ?? cluster}> `,
  });
  signal.addEventListener('abort', () => lines.close());
  lines.prompt();
  for await (const line of lines) {
    const words = (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
      word.replace(/^(["'])(.*)\1$/, '$2'),
    );
    if (words[0] === 'exit' || words[0] === 'quit') break;
    if (words.length > 0) {
      try {
        ui.print(replyText(await callNode(cluster, reference, words)));
      } catch (error) {
        ui.print(`(error) ${messageOf(error)}`);
      }
    }
    lines.prompt();
  }
  lines.close();
  return EXIT.done;
}
