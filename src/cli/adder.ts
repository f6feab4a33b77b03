import type { Command } from 'commander';
import type { CommandName } from './commands/index.js';
import { examplesText } from './option-groups.js';

/** What a command line asks for, before anything is done. */
export interface Invocation {
  readonly command: CommandName;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export type Invoke = (invocation: Invocation) => Promise<void>;

/** Adds a command that does nothing but say what was asked for. */
export type AddCommand = (
  name: CommandName,
  usage: string,
  description: string,
  examples: readonly string[],
) => Command;

/** The heading that several files of commands share. */
export const MEASURING = 'Breaking it, and measuring:';

/** @param heading under which the help has the commands */
export function adderTo(program: Command, invoke: Invoke, heading: string): AddCommand {
  return (name, usage, description, examples) => {
    const command = program
      .command(usage)
      .description(description)
      .helpGroup(heading)
      .exitOverride()
      .addHelpText('after', examplesText(examples))
      .action(async () => invoke({ command: name, args: command.args, options: command.opts() }));
    return command;
  };
}
