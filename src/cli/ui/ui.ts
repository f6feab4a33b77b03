import type { ProgressEvent } from '../../base/events.js';
import { isRclusterError, messageOf, RclusterError } from '../../base/errors.js';
import { toJson } from './json.js';
import { createProgress, type Progress } from './progress.js';

export interface UiOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** The version of every JSON document that a command prints. */
const JSON_VERSION = 1;

/** Where results, progress and errors go: results to stdout, all else to stderr. */
export class Ui {
  readonly options: UiOptions;
  #progress: Progress | undefined;

  constructor(options: UiOptions) {
    this.options = options;
  }

  /** Draws what an operation says it is doing. */
  readonly emit = (event: ProgressEvent): void => {
    if (this.options.quiet) return;
    this.#progress ??= createProgress(process.stderr);
    this.#progress.show(event);
  };

  /** Prints a command's result: the document under --json, else the text. */
  result(document: object, text: () => string): void {
    this.settle();
    this.print(this.options.json ? toJson({ version: JSON_VERSION, ...document }) : text());
  }

  print(text: string): void {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
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
    if (this.options.json)
      this.print(toJson({ version: JSON_VERSION, error: { code, message, hint, details } }));
    else {
      const lines = [`error[${code}]: ${message}`, ...details.map((line) => `  ${line}`)];
      if (hint !== undefined) lines.push(`hint: ${hint}`);
      process.stderr.write(`${lines.map(printable).join('\n')}\n`);
    }
    if (this.options.debug) process.stderr.write(`${stackOf(error)}\n`);
  }

  /** Ends the progress display, so that what follows starts on a line of its own. */
  settle(): void {
    this.#progress?.end();
    this.#progress = undefined;
  }
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

/** What nodes and logs say is shown, not obeyed: a terminal must not act on escape sequences in it. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) =>
    char === '\n' || char === '\t' ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
