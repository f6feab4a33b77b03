import { expect, test } from 'vitest';
import { compose } from '../../../src/operations/compose.js';

test('a compose file is of an open cluster', async () => {
  expect(await compose({ cluster: 'lab' })).toContain('container_name: lab-node-6');
});

test.each([{ passwordFile: 'pw' }, { tls: true }])(
  'of one that lets in only whom it knows there is none: %o',
  async (options) => {
    await expect(compose({ cluster: 'lab', ...options })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('no place for secrets') as string,
    });
  },
);
