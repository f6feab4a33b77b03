import { RclusterError } from '../../base/errors.js';
import { judge, placesOf, type Places, type Stage } from './judge-command.js';
import { Scratch } from './scratch.js';
import { clientEndpointOf } from '../connections.js';
import { look, type Sight, type UnseenNode } from './sight.js';
import { reportOf, type CommandReport, type ElsewhereAnswer } from './command-report.js';
import { explainTransaction, type TransactionReport } from './explain-transaction.js';

export interface ExplainResult {
  readonly cluster: string;
  /** Whether all of it runs. */
  readonly runs: boolean;
  readonly commands: readonly CommandReport[];
  /** Undefined when the commands do not begin with MULTI. */
  readonly transaction: TransactionReport | undefined;
  readonly unseen: readonly UnseenNode[];
}

/**
 * What the cluster would say to commands, without carrying them out: the servers are asked for the keys, and for what they
 * would refuse. Commands that begin with MULTI are one transaction.
 *
 * @throws CLUSTER_UNKNOWN, UNHEALTHY when no node answers
 */
export async function explain(
  cluster: string,
  commands: readonly (readonly Buffer[])[],
): Promise<ExplainResult> {
  return look(
    cluster,
    async (sight) => {
      const stage = stageOf(sight);
      try {
        const isTransaction = commands.length > 1 && nameIn(commands[0]) === 'multi';
        if (isTransaction) {
          const exec = commands.findIndex((words) => nameIn(words) === 'exec');
          const end = exec === -1 ? commands.length : exec;
          const { reports, transaction } = await explainTransaction(stage, commands.slice(1, end));
          const after = await explainEach(stage, commands.slice(end + 1));
          return {
            cluster,
            runs: transaction.error === undefined && haveNoError(after),
            commands: [...reports, ...after],
            transaction,
            unseen: sight.unseen,
          };
        }
        const reports = await explainEach(stage, commands);
        return {
          cluster,
          runs: haveNoError(reports),
          commands: reports,
          transaction: undefined,
          unseen: sight.unseen,
        };
      } finally {
        stage.scratch.close();
      }
    },
    clientEndpointOf,
  );
}

function stageOf(sight: Sight): Stage {
  const anyNode = sight.shards.find(({ master }) => master !== undefined)?.master ?? sight.nodes[0];
  if (anyNode === undefined) {
    throw new RclusterError('UNHEALTHY', 'no node answers that could be asked', {
      details: sight.unseen.map(({ node, port, why }) => `${node} (${port}): ${why}`),
    });
  }
  return { sight, anyNode, scratch: new Scratch() };
}

async function explainEach(stage: Stage, commands: readonly (readonly Buffer[])[]): Promise<CommandReport[]> {
  const reports: CommandReport[] = [];
  for (const words of commands) reports.push(await explainCommand(stage, words));
  return reports;
}

const haveNoError = (reports: readonly CommandReport[]) => reports.every(({ error }) => error === undefined);

async function explainCommand(stage: Stage, words: readonly Buffer[]): Promise<CommandReport> {
  const places = await placesOf(stage, words);
  const judgement = await judge(stage, words, places);
  // What is refused where it belongs is of no interest elsewhere.
  const elsewhere = judgement.runs ? await askElsewhere(stage, words, places) : [];
  return reportOf(stage, words, places, judgement, elsewhere);
}

/** What the nodes say that a client would reach by mistake, or on purpose to read from a replica. */
async function askElsewhere(
  { sight, scratch }: Stage,
  words: readonly Buffer[],
  { slot }: Places,
): Promise<ElsewhereAnswer[]> {
  const shard = slot === undefined ? undefined : sight.shardOf(slot);
  if (shard === undefined) return [];
  const answers: ElsewhereAnswer[] = [];
  const other = sight.shards.find(({ id, master }) => id !== shard.id && master !== undefined)?.master;
  const [replica] = shard.replicas;
  const asked = [
    { node: other, as: 'another master' },
    { node: replica, as: 'replica' },
    { node: replica, as: 'replica after READONLY' },
  ] as const;
  for (const { node, as } of asked) {
    if (node === undefined) continue;
    const [error] = await scratch.rehearse(node, [words], { asReader: as === 'replica after READONLY' });
    answers.push({ node: node.name, as, error });
  }
  return answers;
}

const nameIn = (words: readonly Buffer[] | undefined) => words?.[0]?.toString().toLowerCase();
