import { readFile } from 'node:fs/promises';
import { packageFile } from './home.js';

export type TemplateName = 'redis.conf' | 'form-cluster.sh';

export async function readTemplate(name: TemplateName): Promise<string> {
  return readFile(packageFile('templates', name), 'utf8');
}

/** In the order in which they are shown. */
export const SNIPPET_CLIENTS = [
  'redis-cli',
  'env',
  'ioredis',
  'node-redis',
  'redis-py',
  'go-redis',
  'jedis',
] as const;

/** The snippets of templates/connect, unfilled. */
export async function readSnippets(): Promise<{ client: string; text: string }[]> {
  return Promise.all(
    SNIPPET_CLIENTS.map(async (client) => ({
      client,
      text: await readFile(packageFile('templates', 'connect', `${client}.txt`), 'utf8'),
    })),
  );
}
