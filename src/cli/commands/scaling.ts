import { createInterface } from 'node:readline/promises';
import { RclusterError } from '../../base/errors.js';
import { printable } from '../../base/format.js';
import type { StatusReport } from '../../operations/observe.js';
import type { ScalingPlan } from '../../operations/scaling/plan.js';
import type { OperationOptions } from '../../operations/up.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { planText } from '../ui/scaling.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

/** Options of the command line that the operations do not know. */
const PLAN_OPTIONS = ['dryRun', 'yes'];

/** What a command asks for; what of it is missing or malformed, the operation says. */
interface Asked {
  readonly cluster: string;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export interface ScalingCommand<Result extends StatusReport> {
  readonly plan: (asked: Asked) => Promise<ScalingPlan>;
  readonly execute: (asked: Asked, activity: OperationOptions) => Promise<Result>;
  /** What was done, in a line. */
  readonly summary: (result: Result) => string;
  /** Asked on a terminal, where what is done cannot be undone. */
  readonly question?: (asked: Asked) => string;
}

/** A command that prints its plan with --dry-run, and otherwise what it did and how the cluster is afterwards. */
export function scalingCommand<Result extends StatusReport>({
  plan,
  execute,
  summary,
  question,
}: ScalingCommand<Result>): CommandRun {
  return async (context, { args, options }) => {
    const { ui, cluster, signal } = context;
    const asked = { cluster, args, options: chosenOptions(options, PLAN_OPTIONS) };
    if (options['dryRun'] === true) {
      showPlan(context, await plan(asked));
      return EXIT.done;
    }
    if (question !== undefined) await confirm(context, question(asked), options['yes'] === true);
    const result = await execute(asked, { emit: ui.emit, signal });
    ui.result(result, () => [summary(result), '', statusText(result)].join('\n'));
    return EXIT.done;
  };
}

/** Prints what would be done. */
export function showPlan({ ui }: CommandContext, plan: ScalingPlan): void {
  ui.result(plan, () => planText(plan));
}

/**
 * Asks on a terminal before something is done that cannot be undone. Elsewhere nobody could answer.
 *
 * @throws INTERRUPTED when the answer is no
 */
export async function confirm(
  { ui, signal }: CommandContext,
  question: string,
  isAgreed: boolean,
): Promise<void> {
  if (isAgreed || ui.options.json || !process.stdin.isTTY || !process.stderr.isTTY) return;
  ui.settle();
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Readline takes Ctrl-C itself, and rejects for it: that is an answer as well.
    const answer = await prompt.question(`${printable(question)} [y/N] `, { signal }).catch(() => {
      process.stderr.write('\n');
      return '';
    });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    prompt.close();
  }
  throw new RclusterError('INTERRUPTED', 'nothing was done', { hint: '--yes does not ask' });
}
