import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { packageFile } from './home.js';

export type TemplateName = 'redis.conf' | 'form-cluster.sh' | 'rcluster.yaml';

export async function readTemplate(name: TemplateName): Promise<string> {
  return readFile(packageFile('templates', name), 'utf8');
}

/** A configuration file to begin with, for a folder: its editor finds the schema where this package is. */
export async function renderProjectFile(cluster: string, folder: string): Promise<string> {
  const schema = packageFile('templates', 'rcluster.schema.json');
  const fromThere = relative(folder, schema);
  const template = await readTemplate('rcluster.yaml');
  return template
    .replaceAll('{{schema}}', fromThere.startsWith('..') ? schema : `./${fromThere}`)
    .replaceAll('{{cluster}}', cluster);
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
export async function readSnippets(from: 'host' | 'container'): Promise<{ client: string; text: string }[]> {
  return Promise.all(
    [...(from === 'container' ? ['compose'] : []), ...SNIPPET_CLIENTS].map(async (client) => ({
      client,
      text: await readFile(packageFile('templates', 'connect', `${client}.txt`), 'utf8'),
    })),
  );
}
