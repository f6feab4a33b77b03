import { beforeEach, describe, expect, test, vi } from 'vitest';
import { RclusterError } from '../../../../src/base/errors.js';
import { Ui, type UiOptions } from '../../../../src/cli/ui/ui.js';

let stdout = '';
let stderr = '';

beforeEach(() => {
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});

const ui = (options: Partial<UiOptions> = {}) =>
  new Ui({ json: false, quiet: false, debug: false, ...options });

const TAKEN = new RclusterError('PORT_IN_USE', '127.0.0.1:7000 is taken (pid 4242, ControlCe)', {
  hint: '--base-port 7100, or --any-port',
  details: ['127.0.0.1:7001 is taken'],
});

describe('a result', () => {
  test('goes to stdout as text', () => {
    ui().result({ cluster: 'big' }, () => 'big is ready');
    expect([stdout, stderr]).toEqual(['big is ready\n', '']);
  });

  test('is one document with a version under --json', () => {
    ui({ json: true }).result({ cluster: 'big', promoted: undefined }, () => 'unseen');
    expect(JSON.parse(stdout)).toEqual({ version: 1, cluster: 'big', promoted: null });
    expect(stderr).toBe('');
  });

  test('that ends with a line break gets no second one', () => {
    ui().print('a\n');
    expect(stdout).toBe('a\n');
  });
});

describe('an error', () => {
  test('goes to stderr with its code, its details and what to do', () => {
    ui().error(TAKEN);
    expect(stderr).toBe(
      [
        'error[PORT_IN_USE]: 127.0.0.1:7000 is taken (pid 4242, ControlCe)',
        '  127.0.0.1:7001 is taken',
        'hint: --base-port 7100, or --any-port',
        '',
      ].join('\n'),
    );
    expect(stdout).toBe('');
  });

  test('is a document on stdout under --json', () => {
    ui({ json: true }).error(TAKEN);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      error: {
        code: 'PORT_IN_USE',
        message: '127.0.0.1:7000 is taken (pid 4242, ControlCe)',
        hint: '--base-port 7100, or --any-port',
        details: ['127.0.0.1:7001 is taken'],
      },
    });
    expect(stderr).toBe('');
  });

  test('without a hint says null under --json', () => {
    ui({ json: true }).error(new RclusterError('TIMEOUT', 'too late'));
    expect(JSON.parse(stdout)).toMatchObject({ error: { hint: null, details: [] } });
  });

  test('that is none of ours is a defect', () => {
    ui().error(new TypeError('x is not a function'));
    expect(stderr).toContain('error[INTERNAL]: x is not a function');
    expect(stderr).toContain('--debug');
  });

  test('shows a stack trace and the cause with --debug alone', () => {
    const error = new RclusterError('TIMEOUT', 'too late', { cause: new Error('the cause') });
    ui().error(error);
    expect(stderr).not.toMatch(/^\s+at /m);
    ui({ debug: true }).error(error);
    expect(stderr).toMatch(/^\s+at /m);
    expect(stderr).toContain('caused by: Error: the cause');
  });

  test('is not obeyed by the terminal', () => {
    ui().error(new RclusterError('NODE_FAILED', 'node-1 said \x1b[2J', { details: ['\x07'] }));
    expect(stderr).toContain('\\x1b[2J');
    expect(stderr).toContain('\\x07');
  });
});

describe('progress', () => {
  test('goes to stderr', () => {
    ui().emit({ type: 'notice', text: 'using the stand-in' });
    expect(stdout).toBe('');
    expect(stderr).toContain('using the stand-in');
  });

  test('is not shown with --quiet', () => {
    ui({ quiet: true }).emit({ type: 'warning', text: 'something' });
    expect(stdout + stderr).toBe('');
  });
});
