import type { Configuration } from './configuration.js';
import type { Ui } from './ui/ui.js';

/** What every command is given besides its own options. */
export interface CommandContext {
  readonly ui: Ui;
  /** The cluster's name. */
  readonly cluster: string;
  /** Where that and the options come from. */
  readonly configuration: Configuration;
  /** Fires on the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs one command and returns its exit code. */
export type CommandAction<Args extends readonly unknown[]> = (
  context: CommandContext,
  ...args: Args
) => Promise<number>;
