import { describe, expect, test } from 'vitest';
import { replyText } from '../../../../src/cli/ui/reply.js';

describe('a reply is shown as redis-cli shows it', () => {
  test.each([
    ['OK', 'OK'],
    ['', ''],
    [7, '(integer) 7'],
    [0, '(integer) 0'],
    [null, '(nil)'],
    [[], '(empty array)'],
    [['a', 'b'], '1) a\n2) b'],
    [['a', 7, null], '1) a\n2) (integer) 7\n3) (nil)'],
    [[['a', 'b'], 'c'], '1) 1) a\n   2) b\n2) c'],
    [
      [[0, ['127.0.0.1', 7000]], []],
      '1) 1) (integer) 0\n   2) 1) 127.0.0.1\n      2) (integer) 7000\n2) (empty array)',
    ],
  ])('%j', (reply, text) => expect(replyText(reply)).toBe(text));

  test('but escape sequences in it are not obeyed', () => {
    expect(replyText(['\x1b[2J'])).toBe('1) \\x1b[2J');
  });
});
