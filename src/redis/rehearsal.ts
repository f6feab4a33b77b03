import { RclusterError } from '../base/errors.js';
import type { NodeConnection } from './connection.js';

/** These do not wait in a transaction for EXEC (redis/server.c processCommand), and concern their connection alone. */
const AT_ONCE: ReadonlySet<string> = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);
/** What the server refuses inside a transaction alone, it takes outside of one. */
const INSIDE_ALONE = 'not allowed inside a transaction';

/**
 * What the server answers to commands before it would carry them out: who has the slot, whether the keys are in one, whether
 * it may be written to, how many words there are. They are queued in a transaction that is discarded, so none is carried
 * out. What shows only while a command runs (its syntax, the type of a value) is not found out.
 *
 * @param connection one that is used for nothing else
 * @param isTransaction whether they are asked of as commands of a transaction
 * @returns for each command the server's refusal, or undefined
 */
export async function rehearse(
  connection: NodeConnection,
  commands: readonly (readonly Buffer[])[],
  isTransaction = false,
): Promise<(string | undefined)[]> {
  const [first] = commands;
  if (!isTransaction && commands.length === 1 && first !== undefined && isConnectionsOwn(first)) {
    return (await connection.say([first])).map(refusalIn);
  }
  if (commands.some(isAtOnce)) {
    throw new RclusterError('INTERNAL', 'a command that would end the transaction cannot be rehearsed in it');
  }
  // Only once the transaction is open for certain: outside of one the commands would be carried out.
  const [opened] = await connection.say([[Buffer.from('MULTI')]]);
  if (opened instanceof Error) return commands.map(() => opened.message);
  const answers = await connection.say([...commands, [Buffer.from('DISCARD')]]);
  return answers.slice(0, commands.length).map(isTransaction ? errorIn : refusalIn);
}

/** Carried out at once even in a transaction: outside of one it changes nothing but the connection. */
export function isAtOnce(words: readonly Buffer[]): boolean {
  return AT_ONCE.has(nameOf(words));
}

/** Changes nothing but the connection, so that it can be carried out to see what comes of it. */
export function isConnectionsOwn(words: readonly Buffer[]): boolean {
  return isAtOnce(words) || nameOf(words) === 'select';
}

const nameOf = ([name]: readonly Buffer[]) => (name ?? '').toString().toLowerCase();

function errorIn(answer: unknown): string | undefined {
  return answer instanceof Error ? answer.message : undefined;
}

function refusalIn(answer: unknown): string | undefined {
  const error = errorIn(answer);
  return error?.includes(INSIDE_ALONE) === true ? undefined : error;
}
