import { isRclusterError, messageOf } from '../../base/errors.js';
import type { SeenNode, Sight, UnseenNode } from './sight.js';

export interface Asked<Answer> {
  readonly answers: readonly { readonly node: SeenNode; readonly answer: Answer }[];
  /** Those that could not be asked, and those that failed to answer. */
  readonly unseen: readonly UnseenNode[];
}

/** Asks every node of the sight at once. @throws what the first one did, when none answered; INTERRUPTED in any case */
export async function askEach<Answer>(
  { nodes, unseen }: Pick<Sight, 'nodes' | 'unseen'>,
  ask: (node: SeenNode) => Promise<Answer>,
): Promise<Asked<Answer>> {
  const outcomes = await Promise.allSettled(nodes.map(async (node) => ask(node)));
  const answers: { node: SeenNode; answer: Answer }[] = [];
  const failed: UnseenNode[] = [];
  let firstError: unknown;
  nodes.forEach((node, index) => {
    const outcome = outcomes[index];
    if (outcome?.status === 'fulfilled') answers.push({ node, answer: outcome.value });
    else if (isRclusterError(outcome?.reason, 'INTERRUPTED')) throw outcome.reason;
    else {
      firstError ??= outcome?.reason;
      failed.push({ node: node.name, port: node.port, role: node.role, why: serverWords(outcome?.reason) });
    }
  });
  if (answers.length === 0 && failed.length > 0) throw firstError;
  return { answers, unseen: [...unseen, ...failed] };
}

/** What the server said; around it in the error is to which command. */
export function serverWords(error: unknown): string {
  return messageOf(isRclusterError(error, 'REDIS_ERROR') ? (error.cause ?? error) : error);
}
