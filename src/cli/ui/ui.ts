import type { ProgressEvent } from '../../base/events.js';
import { isRclusterError, messageOf, RclusterError } from '../../base/errors.js';
import { printable } from '../../base/format.js';
import { versioned } from './json.js';
import { plainLines, type Progress } from './progress.js';
import { shown } from './shown.js';

export interface UiOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/**
 * Where results, progress and errors go: results to stdout, all else to stderr. Whatever passes here is shown and not obeyed,
 * so that no command has to think of it.
 */
export class Ui {
  readonly options: UiOptions;
  #progress: Progress | undefined;
  #hasResult = false;

  /** @param startProgress what shows progress until the next result */
  constructor(
    options: UiOptions,
    private readonly startProgress: () => Progress = () => plainLines(process.stderr),
  ) {
    this.options = options;
  }

  /** Draws what an operation says it is doing. */
  readonly emit = (event: ProgressEvent): void => {
    if (this.options.quiet) return;
    this.#progress ??= this.startProgress();
    this.#progress.show({ ...event, text: printable(event.text) });
  };

  /** Prints a command's result: the document under --json, else the text. */
  result(document: object, text: () => string): void {
    this.settle();
    this.#hasResult = true;
    this.print(this.options.json ? versioned(document) : text());
  }

  print(text: string): void {
    write(shown(text));
  }

  /** Prints what is to become a file: exactly as it is, but where it meets a terminal. */
  printFile(text: string): void {
    write(process.stdout.isTTY ? shown(text) : text);
  }

  error(thrown: unknown): void {
    this.settle();
    const error = isRclusterError(thrown)
      ? thrown
      : new RclusterError('INTERNAL', messageOf(thrown), {
          hint: 'this is a defect in rcluster; --debug prints where it happened',
          cause: thrown,
        });
    const { code, message, hint, details } = error;
    // One document: what goes wrong after the result, as with a report's file, is for people.
    if (this.options.json && !this.#hasResult)
      this.print(versioned({ error: { code, message, hint, details } }));
    else {
      const lines = [`error[${code}]: ${message}`, ...details.map((line) => `  ${line}`)];
      if (hint !== undefined) lines.push(`hint: ${hint}`);
      process.stderr.write(`${lines.map(printable).join('\n')}\n`);
    }
    if (this.options.debug) process.stderr.write(`${printable(stackOf(error))}\n`);
  }

  /** Ends the progress display, so that what follows starts on a line of its own. */
  settle(): void {
    this.#progress?.end();
    this.#progress = undefined;
  }
}

/** With a spinner, a bar and an ETA on a terminal, plain lines elsewhere: there nobody has to wait until a spinner is loaded. */
export async function openUi(options: UiOptions): Promise<Ui> {
  const { stderr } = process;
  // A terminal that does not know how wide it is has 0 columns, on which ora would draw for ever.
  if (!stderr.isTTY || stderr.columns === 0) return new Ui(options);
  const { spinner } = await import('./spinner.js');
  return new Ui(options, () => spinner(stderr));
}

function write(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
