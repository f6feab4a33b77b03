import type { CheckupReport } from '../cluster/checkup/report.js';
import type { KillResult } from '../drills/kill.js';
import type { StatusReport } from '../operations/observe.js';
import type { Stage } from './stage.js';

/** What came of a command, for whoever draws it: as the command itself would have printed it. */
export type Output =
  | { readonly kind: 'reply'; readonly reply: unknown }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'status'; readonly summary: string; readonly status: StatusReport }
  | { readonly kind: 'kill'; readonly result: KillResult }
  | { readonly kind: 'checkup'; readonly report: CheckupReport };

/** A command that anybody could type, and what it answered just now. */
export interface Exchange {
  readonly command: string;
  readonly output: Output;
}

/** How a step tells what it does, as it does it. */
export interface Telling {
  /** Before it is carried out, which may take a while. */
  command(text: string): void;
  output(output: Output): void;
}

/** One lesson. */
export interface TourStep {
  readonly title: string;
  /** What there is to learn, before anything is done. */
  readonly teaches: string;
  /** Does it for real. @returns what happened, explained from what was really answered */
  run(stage: Stage, telling: Telling): Promise<string>;
}

/** Tells a command, carries it out, and tells what came of it. */
export async function exchange<Result>(
  telling: Telling,
  command: string,
  work: () => Promise<Result>,
  show: (result: Result) => Output,
): Promise<Result> {
  telling.command(command);
  const result = await work();
  telling.output(show(result));
  return result;
}
