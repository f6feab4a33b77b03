import { describe, expect, test } from 'vitest';
import {
  RclusterError,
  interruption,
  isRclusterError,
  messageOf,
  systemCodeOf,
} from '../../../src/base/errors.js';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('RclusterError', () => {
  test('carries code, message, hint, details and cause', () => {
    const error = new RclusterError('TIMEOUT', 'too late', {
      hint: 'wait',
      details: ['node-1'],
      cause: refused,
    });
    expect(error).toMatchObject({ code: 'TIMEOUT', message: 'too late', hint: 'wait', details: ['node-1'] });
    expect(error.cause).toBe(refused);
  });

  test('has no details unless given', () => {
    expect(new RclusterError('TIMEOUT', 'too late').details).toEqual([]);
  });
});

describe('isRclusterError', () => {
  test.each([
    [new RclusterError('TIMEOUT', ''), undefined, true],
    [new RclusterError('TIMEOUT', ''), 'TIMEOUT' as const, true],
    [new RclusterError('TIMEOUT', ''), 'LOCKED' as const, false],
    [new Error('TIMEOUT'), undefined, false],
    ['TIMEOUT', undefined, false],
  ])('%s of code %s: %s', (error, code, verdict) => expect(isRclusterError(error, code)).toBe(verdict));
});

describe('messageOf', () => {
  test.each([
    [new Error('why'), 'why'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [new AggregateError([new Error('one'), new Error('two')]), 'one; two'],
    [new AggregateError([new Error('one')], 'in all'), 'in all'],
  ])('%s', (error, text) => expect(messageOf(error)).toBe(text));
});

describe('systemCodeOf', () => {
  test.each([
    [refused, 'ECONNREFUSED'],
    [new AggregateError([refused]), 'ECONNREFUSED'],
    [new Error('no code'), undefined],
    [{ code: 'ECONNREFUSED' }, undefined],
  ])('%s', (error, code) => expect(systemCodeOf(error)).toBe(code));
});

describe('interruption', () => {
  test('is INTERRUPTED for a reason that is not ours', () => {
    expect(interruption(AbortSignal.abort('because'))).toMatchObject({
      code: 'INTERRUPTED',
      cause: 'because',
    });
  });

  test('is the reason itself when it is ours', () => {
    const reason = new RclusterError('NODE_FAILED', 'node-1 ended');
    expect(interruption(AbortSignal.abort(reason))).toBe(reason);
  });
});
