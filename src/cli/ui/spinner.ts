import chalk from 'chalk';
import ora, { type Ora } from 'ora';
import { rates, type Progress } from './progress.js';

const BAR_WIDTH = 24;

/** Progress on a terminal. */
export function spinner(stream: NodeJS.WriteStream): Progress {
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
