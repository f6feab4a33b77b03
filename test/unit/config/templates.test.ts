import { expect, test } from 'vitest';
import { SNIPPET_CLIENTS, readSnippets, readTemplate } from '../../../src/config/templates.js';

test('redis.conf is there', async () => {
  expect(await readTemplate('redis.conf')).toContain('cluster-enabled yes');
});

test('the script that forms a cluster is there', async () => {
  expect(await readTemplate('form-cluster.sh')).toContain('CLUSTER MEET');
});

test('every client has a snippet, in the order in which they are shown', async () => {
  const snippets = await readSnippets('host');
  expect(snippets.map(({ client }) => client)).toEqual(SNIPPET_CLIENTS);
  expect(snippets.filter(({ text }) => text.trim() === '')).toEqual([]);
});
