import { Option, type Command } from 'commander';
import { CONSENTS, keyOf, type CommandWords, type OptionWord } from '../config/vocabulary.js';
import { collect } from './option-groups.js';

/** The command line's definition as data, and what all of its commands have in common. */

/** Of every command, or not of the command at all. */
const GENERAL: ReadonlySet<string> = new Set(['cluster', 'config']);
const NO_COMMANDS: ReadonlySet<string> = new Set(['help', 'complete', 'completion']);

export function vocabularyOf(program: Command): CommandWords[] {
  return leavesOf(program).map((command) => wordsOf(program, command));
}

/** What a command can be told besides its arguments. */
export function wordsOf(program: Command, command: Command): CommandWords {
  const up = program.commands.find((other) => other.name() === 'up');
  const options = optionsOf(command);
  return {
    path: pathOf(command),
    options: options.filter((option) => !isSpoken(option)).map((option) => wordOf(option, up)),
    spoken: options.filter(isSpoken).map((option) => keyOf(option.attributeName())),
  };
}

/** The command that a command line is about: of `drill run kill-master` it is `run`. */
export function commandAt(program: Command, words: readonly string[]): Command {
  const [word, ...rest] = words;
  const inner = program.commands.find((command) => command.name() === word);
  return inner === undefined ? program : commandAt(inner, rest);
}

/** `--config`, and for each flag its opposite, so that the command line can override what a file or a variable says. */
export function addGeneralOptions(program: Command): void {
  for (const command of leavesOf(program)) {
    const flags = optionsOf(command).filter(
      (option) => (option.isBoolean() || option.negate) && !isSpoken(option),
    );
    command.option('--config <file>', 'the configuration file (default: the nearest rcluster.yaml upwards)');
    for (const { long, negate } of flags) {
      if (long === undefined) continue;
      const opposite = negate ? long.replace(/^--no-/, '--') : long.replace(/^--/, '--no-');
      if (command.options.every((option) => option.long !== opposite))
        command.addOption(new Option(opposite).hideHelp());
    }
  }
}

function leavesOf(program: Command): Command[] {
  return program.commands
    .filter((command) => !NO_COMMANDS.has(command.name()))
    .flatMap((command) => (command.commands.length === 0 ? [command] : leavesOf(command)));
}

function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

function optionsOf(command: Command): Option[] {
  return command.options.filter((option) => !option.hidden && !GENERAL.has(option.attributeName()));
}

function isSpoken(option: Option): boolean {
  return option.mandatory || CONSENTS.has(option.attributeName());
}

function wordOf(option: Option, up: Command | undefined): OptionWord {
  const name = option.attributeName();
  const isFlag = option.isBoolean() || option.negate;
  return {
    name,
    key: keyOf(name),
    kind: isFlag ? 'flag' : option.parseArg === collect ? 'list' : 'value',
    choices: option.argChoices,
    isPath: /<(file|path|folder)>/.test(option.flags),
    isOfUp: up !== undefined && optionsOf(up).some((other) => other.attributeName() === name),
    description: option.negate ? `false: ${option.description}` : option.description,
    // commander/lib/option.js has it; its types do not say so.
    conflicts: (option as Option & { readonly conflictsWith?: readonly string[] }).conflictsWith ?? [],
  };
}
