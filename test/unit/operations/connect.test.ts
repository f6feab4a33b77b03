import { describe, expect, test } from 'vitest';
import { SNIPPET_CLIENTS } from '../../../src/config/templates.js';
import { connectSnippets } from '../../../src/operations/connect.js';

const NODES = [7000, 7001, 7002, 7003].map((port) => ({ endpoint: `127.0.0.1:${port}` }));
const snippets = await connectSnippets(NODES);

describe('the snippets', () => {
  test('are one for every client', () => {
    expect(snippets.map(({ client }) => client)).toEqual(SNIPPET_CLIENTS);
  });

  test.each(snippets)('of $client is filled in, and names the first node', ({ text }) => {
    expect(text).not.toContain('{{');
    expect(text).toContain('127.0.0.1');
    expect(text).toContain('7000');
    expect(text).not.toMatch(/\s$/);
  });

  test.each(snippets.filter(({ client }) => client !== 'redis-cli'))(
    'of $client names three nodes, which is enough',
    ({ text }) => {
      expect(text).toContain('7002');
      expect(text).not.toContain('7003');
    },
  );
});
