import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandSet, type CommandSet } from '../../../../src/bench/load/commands.js';
import { randomFrom } from '../../../../src/bench/load/draw.js';
import type { BenchCommand } from '../../../../src/config/bench-schema.js';

const setOf = (keysPerTag?: number, valueBytes: readonly [number, number] = [3, 3]) =>
  commandSet({ mix: { set: 1 }, keyspace: 1_000_000_000, keysPerTag, valueBytes, random: randomFrom(1) });

/** As it is sent after something else. */
function sent(commands: CommandSet, command: BenchCommand, number: number): string {
  const bytes = Buffer.alloc(5 + commands.mostBytes);
  const end = commands.write(bytes, 5, command, number);
  return bytes.toString('latin1', 5, end);
}

test('commands are what the protocol says', () => {
  const commands = setOf();
  expect(sent(commands, 'get', 7)).toBe('*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000007\r\n');
  expect(sent(commands, 'set', 7)).toMatch(
    /^\*3\r\n\$3\r\nSET\r\n\$16\r\nkey:000000000007\r\n\$3\r\n[a-z0-9]{3}\r\n$/,
  );
  expect(sent(commands, 'incr', 7)).toBe('*2\r\n$4\r\nINCR\r\n$20\r\ncounter:000000000007\r\n');
  expect(sent(commands, 'mget', 17)).toMatch(/^\*11\r\n\$4\r\nMGET\r\n\$16\r\nkey:000000000010\r\n/);
  expect(sent(setOf(10), 'get', 17)).toMatch(/^\*2\r\n\$3\r\nGET\r\n\$\d\d\r\nkey:\{\w+\}:000000000017\r\n$/);
});

describe.each([
  ['plain', undefined],
  ['with hash tags', 10],
])('%s', (_, keysPerTag) => {
  test('every number is written in full, and there is room for it', () => {
    const commands = setOf(keysPerTag, [1, 2000]);
    fc.assert(
      fc.property(
        fc.constantFrom<BenchCommand>('set', 'get', 'incr', 'mget'),
        fc.nat(999_999_999),
        (command, number) => {
          const text = sent(commands, command, number);
          const first = command === 'mget' ? number - (number % 10) : number;
          expect(text).toContain(`:${String(first).padStart(12, '0')}\r\n`);
          expect(text.length).toBeLessThanOrEqual(commands.mostBytes);
          // A buffer that is too small would have cut it short.
          expect(text.endsWith('\r\n')).toBe(true);
        },
      ),
    );
  });
});
