import type { Slot } from '../../cluster/slots.js';
import { isAtOnce } from '../../redis/rehearsal.js';
import { reportOf, type CommandReport } from './command-report.js';
import { placesOf, type Places, type Stage } from './judge-command.js';

const ABORTED = 'EXECABORT Transaction discarded because of previous errors.';
const CROSS_SLOT = "CROSSSLOT Keys in request don't hash to the same slot";
const NESTED = 'cannot be part of a transaction';

/** What EXEC would be answered. */
export interface TransactionReport {
  readonly runs: boolean;
  readonly node: string;
  readonly error: string | undefined;
  readonly slots: readonly Slot[];
}

/** Queues all commands where the first of them belongs, as a client does, and discards them. */
export async function explainTransaction(
  stage: Stage,
  commands: readonly (readonly Buffer[])[],
): Promise<{ reports: CommandReport[]; transaction: TransactionReport }> {
  const parts: { words: readonly Buffer[]; places: Places }[] = [];
  for (const words of commands) parts.push({ words, places: await placesOf(stage, words) });
  const slots = [
    ...new Set(parts.flatMap(({ places }) => [...places.uses.values()].map(({ slot }) => slot))),
  ];
  const [firstSlot] = slots;
  const shard = firstSlot === undefined ? undefined : stage.sight.shardOf(firstSlot);
  const node = shard?.master ?? stage.anyNode;
  const queued = commands.filter((words) => !isAtOnce(words));
  const answers = await stage.scratch.rehearse(node, queued, { isTransaction: true });
  const reports = parts.map(({ words, places }) => {
    const at = queued.indexOf(words);
    const error = at === -1 ? NESTED : answers[at];
    const judgement = { runs: error === undefined, node: node.name, error, movingTo: undefined };
    return reportOf(stage, words, places, judgement, []);
  });
  // EXEC looks at the keys of all commands together, also where one node has all of their slots.
  // What is refused without being queued, such as WATCH, leaves the transaction as it is.
  const isRefused = answers.some((answer) => answer !== undefined);
  const error = isRefused ? ABORTED : slots.length > 1 ? CROSS_SLOT : undefined;
  return { reports, transaction: { runs: error === undefined, node: node.name, error, slots } };
}
