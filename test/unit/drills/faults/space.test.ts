import { expect, test } from 'vitest';
import { LARGEST_KB, fillScript, spacesIn, whyNotToFill } from '../../../../src/drills/faults/space.js';

const df = (...lines: readonly [string, number, number, number][]) =>
  [
    'Filesystem           1024-blocks    Used Available Capacity Mounted on',
    ...lines.map(([name, size, used, available]) => `${name} ${size} ${used} ${available} 50% /a b`),
    '',
  ].join('\n');

const HOST = ['overlay', 263_000_000, 24_000_000, 82_000_000] as const;

test('df is read in its order', () => {
  expect(spacesIn(df([...HOST], ['tmpfs', 32_768, 1_000, 31_768]))).toEqual([
    { size: 263_000_000, available: 82_000_000 },
    { size: 32_768, available: 31_768 },
  ]);
});

test.each([
  ['a small one of its own', df([...HOST], ['tmpfs', 32_768, 1_000, 31_768]), undefined],
  ['one that is full already', df([...HOST], ['tmpfs', 32_768, 32_768, 0]), undefined],
  ['the host’s', df([...HOST], ['/dev/vda', HOST[1], HOST[2], HOST[3]]), /shares with others/],
  ['a large one', df([...HOST], ['/dev/vdb', LARGEST_KB + 1, 0, LARGEST_KB]), /only one of 1024 MB or less/],
  ['one that df does not know', 'df: not found', /does not say/],
  ['one that is said of nothing to compare with', df(['tmpfs', 32_768, 1_000, 31_768]), /does not say/],
])('%s', (_, output, reason) => {
  if (reason === undefined) expect(whyNotToFill(output)).toBeUndefined();
  else expect(whyNotToFill(output)).toMatch(reason);
});

test('no more is written than there can be room for', () => {
  const { script, args } = fillScript({ size: 6_400, available: 1 });
  expect(script).toContain('bs=64k count="$1"');
  expect(args).toEqual(['101']);
});
