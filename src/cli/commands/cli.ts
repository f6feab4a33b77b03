import { createInterface } from 'node:readline/promises';
import { messageOf } from '../../base/errors.js';
import { openCaller, runNodeClient } from '../../operations/node-client.js';
import { EXIT } from '../exit-codes.js';
import { replyText } from '../ui/reply.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args }) => {
  const { reference, words } = splitArguments(args);
  const code = await runNodeClient(cluster, reference, words);
  if (code !== undefined) return code;
  const caller = await openCaller(cluster);
  try {
    if (words.length > 0) {
      ui.print(replyText(await caller.call(words)));
      return EXIT.done;
    }
    // Without redis-cli: one command a line, through ioredis.
    const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: `${cluster}> ` });
    signal.addEventListener('abort', () => lines.close());
    lines.prompt();
    for await (const line of lines) {
      const typed = wordsOf(line);
      if (typed[0] === 'exit' || typed[0] === 'quit') break;
      if (typed.length > 0) {
        ui.print(await caller.call(typed).then(replyText, (error: unknown) => `(error) ${messageOf(error)}`));
      }
      lines.prompt();
    }
    lines.close();
    return EXIT.done;
  } finally {
    caller.close();
  }
};

/** No Redis command looks like a node's name, so the `--` between the two may be left out. */
export function splitArguments(args: readonly string[]): { reference: string | undefined; words: string[] } {
  const [first, ...rest] = args;
  const isNode = first !== undefined && /^(\d+|node-\d+|[0-9a-f]{4,40}|key:.*|slot:\d+)$/.test(first);
  const words = isNode ? rest : [...args];
  return { reference: isNode ? first : undefined, words: words[0] === '--' ? words.slice(1) : words };
}

function wordsOf(line: string): string[] {
  return (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}
