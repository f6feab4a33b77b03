import chalk from 'chalk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RclusterError } from '../../../../src/base/errors.js';
import { jsonLine, toJson } from '../../../../src/cli/ui/json.js';
import { shown } from '../../../../src/cli/ui/shown.js';
import { Ui } from '../../../../src/cli/ui/ui.js';

/** A title, a cleared screen, hidden text, C1's own sequences, a delete, and text that reads backwards. */
const HOSTILE = '\u001b]0;owned\u0007 \u001b[2J \u001b[8m \u009b2J \u007f \u202e \u2066 \r';
const SHOWN = String.raw`\x1b]0;owned\x07 \x1b[2J \x1b[8m \x9b2J \x7f \u202e \u2066 \x0d`;
const level = chalk.level;

afterEach(() => void (chalk.level = level));

describe('what a terminal would obey', () => {
  test('is shown, and our own colours are left', () => {
    chalk.level = 3;
    const text = `${chalk.red('red')} ${chalk.bold.cyan('both')} ${chalk.dim('dim')} ${chalk.yellowBright('b')}`;
    expect(text).toContain('\u001b[');
    expect(shown(`${text} ${HOSTILE}`)).toBe(`${text} ${SHOWN}`);
  });

  test('is all there is where we use no colours', () => {
    chalk.level = 0;
    expect(shown(`\u001b[31mred ${HOSTILE}`)).toBe(`\\x1b[31mred ${SHOWN}`);
  });

  test('leaves lines and columns', () => expect(shown('a\tb\nc')).toBe('a\tb\nc'));
});

describe('JSON', () => {
  test('is the same data, and no terminal obeys it', () => {
    for (const json of [toJson({ [HOSTILE]: HOSTILE }), jsonLine({ [HOSTILE]: HOSTILE })]) {
      expect(JSON.parse(json)).toEqual({ [HOSTILE]: HOSTILE });
      expect(json).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
    }
  });
});

describe('every way out', () => {
  let written = '';
  const ui = (options = {}) => new Ui({ json: false, quiet: false, debug: true, ...options });

  beforeEach(() => {
    written = '';
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        written += String(text);
        return true;
      });
  });

  const cause = new Error(HOSTILE);
  test.each<[string, () => void]>([
    ['a line', () => ui().print(HOSTILE)],
    ['a result', () => ui().result({}, () => HOSTILE)],
    ['a result as JSON', () => ui({ json: true }).result({ HOSTILE }, () => '')],
    ['a step', () => ui().emit({ type: 'step', text: HOSTILE })],
    ['a warning', () => ui().emit({ type: 'warning', text: HOSTILE })],
    [
      'an error with its stack',
      () => ui().error(new RclusterError('REDIS_ERROR', HOSTILE, { cause, hint: HOSTILE })),
    ],
    ['a defect with its stack', () => ui().error(cause)],
    [
      'an error as JSON',
      () => ui({ json: true }).error(new RclusterError('USAGE', HOSTILE, { details: [HOSTILE] })),
    ],
  ])('%s', (_, write) => {
    write();
    expect(written).toContain('owned');
    expect(written).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
  });

  test('a file’s text is as it is, but where it meets a terminal', () => {
    ui().printFile(HOSTILE);
    expect(written).toBe(`${HOSTILE}\n`);
    const { isTTY } = process.stdout;
    process.stdout.isTTY = true;
    try {
      written = '';
      ui().printFile(HOSTILE);
      expect(written).toBe(`${SHOWN}\n`);
    } finally {
      process.stdout.isTTY = isTTY;
    }
  });
});
