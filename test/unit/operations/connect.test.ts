import { describe, expect, test } from 'vitest';
import { SNIPPET_CLIENTS } from '../../../src/config/templates.js';
import { clusterSpec } from '../helpers/specs.js';
import { connectSnippets } from '../../../src/operations/connect.js';

const NODES = [7000, 7001, 7002, 7003].map((port) => ({ endpoint: `127.0.0.1:${port}` }));
const snippets = await connectSnippets(clusterSpec(), NODES);
const guarded = await connectSnippets(clusterSpec({ access: 'password', tls: 'required' }), NODES);

describe('the snippets', () => {
  test('are one for every client', () => {
    expect(snippets.map(({ client }) => client)).toEqual(SNIPPET_CLIENTS);
  });

  test.each(snippets)('of $client are as short as can be for an open cluster', ({ text }) => {
    expect(text).not.toMatch(/password|tls|ssl|ca\.crt/i);
  });

  test.each(guarded)('of $client name the file with the password and the authority', ({ text }) => {
    expect(text).not.toContain('{{');
    expect(text).toMatch(/clusters\/rcluster\/password\b/);
    expect(text).toMatch(/clusters\/rcluster\/ca\.crt/);
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
