import { expect, test } from 'vitest';
import { configOverview } from '../../../../src/redis/commands/index.js';

test('of passwords only whether there is one', () => {
  const reply = ['requirepass', 'sesame', 'masterauth', '', 'maxmemory', '0', 'tls-key-file-pass', 'sesame'];
  expect([...configOverview().decode(reply)]).toEqual([
    ['requirepass', '(set)'],
    ['masterauth', ''],
    ['maxmemory', '0'],
    ['tls-key-file-pass', '(set)'],
  ]);
});
