import { RclusterError } from '../base/errors.js';

/**
 * For planners that were asked for something impossible: all problems at once, each a detail of one error.
 *
 * @throws CONFIG_INVALID, unless there are none
 */
export function requireNoProblems(problems: readonly string[], summary: string): void {
  if (problems.length > 0) throw new RclusterError('CONFIG_INVALID', summary, { details: problems });
}
