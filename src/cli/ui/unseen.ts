import chalk from 'chalk';
import { list } from '../../base/format.js';
import type { Walk } from '../../operations/inspect/every-shard.js';
import type { UnseenNode } from '../../operations/inspect/sight.js';

/** What could not be asked, below a result that is the poorer for it. */
export function unseenLines(unseen: readonly UnseenNode[]): string[] {
  if (unseen.length === 0) return [];
  return ['', ...unseen.map((node) => `${chalk.yellow('not seen:')} ${unseenText(node)}`)];
}

export function unseenText({ node, port, why }: UnseenNode): string {
  return `${node} (${port}) ${/^[a-z]+$/.test(why) ? 'is ' : ''}${why}`;
}

/** What is missing from the result of a walk through all shards. */
export function walkWarnings({ unseen, missed, restless }: Walk): string[] {
  return [
    ...(missed.length === 0
      ? []
      : [`the keys of ${list(missed)} are missing: it could not be asked, or refused`]),
    ...(restless ? ['slots went on moving: keys on their way may be missing'] : []),
    ...(missed.length === 0 ? [] : unseen.map(unseenText)),
  ];
}
