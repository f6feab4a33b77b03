import { readSnippets } from '../config/templates.js';
import type { NodeReport } from './observe.js';

/** How to connect with one client, ready to be pasted. */
export interface Snippet {
  readonly client: string;
  readonly text: string;
}

/** One snippet a client, from templates/connect. */
export async function connectSnippets(nodes: readonly Pick<NodeReport, 'endpoint'>[]): Promise<Snippet[]> {
  const endpoints = nodes.map(({ endpoint }) => endpoint);
  const [host = '', port = ''] = endpoints[0]?.split(':') ?? [];
  const hosts = endpoints.slice(0, 3);
  const each = (render: (host: string, port: string) => string) =>
    hosts.map((endpoint) => render(...(endpoint.split(':') as [string, string]))).join(', ');
  const values: Readonly<Record<string, string>> = {
    host,
    port,
    list: hosts.join(','),
    quoted: each((h, p) => `"${h}:${p}"`),
    objects: each((h, p) => `{ host: '${h}', port: ${p} }`),
    urls: each((h, p) => `{ url: 'redis://${h}:${p}' }`),
    python: each((h, p) => `ClusterNode("${h}", ${p})`),
    java: each((h, p) => `new HostAndPort("${h}", ${p})`),
  };
  const snippets = await readSnippets();
  return snippets.map(({ client, text }) => ({
    client,
    text: text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '').trimEnd(),
  }));
}
