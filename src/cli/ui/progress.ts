import chalk from 'chalk';
import { bytes as bytesText, duration as durationText, plural } from '../../base/format.js';
import type { ProgressEvent } from '../../base/events.js';

export interface Progress {
  show(event: ProgressEvent): void;
  end(): void;
}

/** Elsewhere than on a terminal, progress is one line a second at most. */
const LINE_EVERY_MS = 1_000;

/** Progress where there is no terminal. */
export function plainLines(stream: NodeJS.WritableStream): Progress {
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
export function rates({
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
