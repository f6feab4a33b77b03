import chalk from 'chalk';
import ora, { type Ora } from 'ora';
import { bytes as bytesText, duration as durationText, plural } from '../../base/format.js';
import type { ProgressEvent } from '../../base/events.js';

export interface Progress {
  show(event: ProgressEvent): void;
  end(): void;
}

const BAR_WIDTH = 24;
/** Elsewhere than on a terminal, progress is one line a second at most. */
const LINE_EVERY_MS = 1_000;

/** A spinner with a bar and an ETA on a terminal, plain lines elsewhere. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  // A terminal that does not know how wide it is has 0 columns, on which ora would draw for ever.
  return stream.isTTY && stream.columns > 0 ? spinner(stream) : plainLines(stream);
}

function spinner(stream: NodeJS.WriteStream): Progress {
  const spin: Ora = ora({ stream, discardStdin: false });
  const eta = new Eta();
  return {
    show(event) {
      switch (event.type) {
        case 'step':
          spin.start(event.text);
          break;
        case 'progress':
          spin.start(
            [
              event.text,
              bar(event.done, event.total),
              rates(event),
              eta.of(event.text, event.done, event.total),
            ].join(' '),
          );
          break;
        case 'notice':
          spin.info(event.text);
          break;
        case 'warning':
          spin.warn(event.text);
          break;
      }
    },
    end: () => void spin.stop(),
  };
}

function plainLines(stream: NodeJS.WriteStream): Progress {
  let lastText = '';
  let lastAt = 0;
  return {
    show(event) {
      if (event.type !== 'progress') {
        const prefix = event.type === 'step' ? '' : `${event.type}: `;
        if (event.text !== lastText) stream.write(`${prefix}${event.text}\n`);
        lastText = event.text;
        return;
      }
      const isFirst = event.text !== lastText;
      if (!isFirst && performance.now() - lastAt < LINE_EVERY_MS) return;
      stream.write(
        isFirst
          ? `${event.text}\n`
          : `${[`${event.text}: ${whole(event.done)} of ${whole(event.total)} ${event.unit}`, rates(event)].join(' ').trimEnd()}\n`,
      );
      lastText = event.text;
      lastAt = performance.now();
    },
    end: () => undefined,
  };
}

/** Seconds are told in tenths. */
const whole = (value: number) => String(Number(value.toFixed(1)));

/** `120334 keys, 12.3 MB/s`, of a migration that has met keys; `81,220 ops/s, p99 1.2 ms, 0 errors` of a benchmark. */
function rates({
  keys = 0,
  bytes = 0,
  elapsedMs = 0,
  figures,
}: Extract<ProgressEvent, { type: 'progress' }>): string {
  if (figures !== undefined) {
    const { opsPerSecond, p99Ms, errors } = figures;
    const rate = Math.round(opsPerSecond).toLocaleString('en-US');
    const failures = errors === 0 ? chalk.dim('0 errors') : chalk.red(plural(errors, 'error'));
    return `${chalk.bold(`${rate} ops/s`)} ${chalk.dim(`p99 ${durationText(p99Ms)}`)} ${failures}`;
  }
  if (keys === 0) return '';
  const rate = bytes > 0 && elapsedMs > 0 ? `, ${bytesText((bytes / elapsedMs) * 1000)}/s` : '';
  return chalk.dim(`${keys} keys${rate}`);
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  return `${chalk.cyan('━'.repeat(filled))}${chalk.dim('╌'.repeat(BAR_WIDTH - filled))} ${percent}%`;
}

/** The rest at the rate so far; nothing until a second has shown a rate. */
class Eta {
  #text = '';
  #startedAt = 0;

  of(text: string, done: number, total: number): string {
    if (text !== this.#text) {
      this.#text = text;
      this.#startedAt = performance.now();
    }
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    if (elapsed < 1 || done === 0 || done === total) return '';
    return chalk.dim(`${Math.ceil((elapsed / done) * (total - done))} s left`);
  }
}
