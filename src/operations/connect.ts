import { readSnippets } from '../config/templates.js';
import type { ClusterSpec } from '../config/types.js';
import { findCluster } from '../runtimes/detect.js';
import { isEncrypted, isGuarded } from './access/access.js';
import { clientFiles } from './access/certificate-files.js';
import { passwordFile, readSecrets } from './access/secrets.js';
import { observe, type NodeReport } from './observe.js';

/** How to connect with one client, ready to be pasted. */
export interface Snippet {
  readonly client: string;
  readonly text: string;
}

/**
 * One snippet a client, from templates/connect. Passwords are in them as the file that holds them, so that they can be shown,
 * piped and kept.
 */
export async function connectSnippets(
  spec: ClusterSpec,
  nodes: readonly Pick<NodeReport, 'endpoint'>[],
): Promise<Snippet[]> {
  const endpoints = nodes.map(({ endpoint }) => endpoint);
  const [host = '', port = ''] = endpoints[0]?.split(':') ?? [];
  const hosts = endpoints.slice(0, 3);
  const each = (render: (host: string, port: string) => string) =>
    hosts.map((endpoint) => render(...(endpoint.split(':') as [string, string]))).join(', ');
  const scheme = isEncrypted(spec) ? 'rediss' : 'redis';
  const values: Readonly<Record<string, string>> = {
    host,
    port,
    list: hosts.join(','),
    quoted: each((h, p) => `"${h}:${p}"`),
    objects: each((h, p) => `{ host: '${h}', port: ${p} }`),
    urls: each((h, p) => `{ url: '${scheme}://${h}:${p}' }`),
    python: each((h, p) => `ClusterNode("${h}", ${p})`),
    java: each((h, p) => `new HostAndPort("${h}", ${p})`),
    username: readSecrets(spec.name)?.clientUser ?? 'default',
    passwordFile: passwordFile(spec.name),
    ...clientFiles(spec.name),
  };
  const parts: Readonly<Record<string, boolean>> = {
    password: spec.access === 'password',
    tls: isEncrypted(spec),
    certificate: spec.tls === 'optional' || spec.tls === 'required',
    files: isGuarded(spec),
  };
  const snippets = await readSnippets();
  return snippets.map(({ client, text }) => ({ client, text: render(text, parts, values).trimEnd() }));
}

/** The same for a cluster by its name. @throws CLUSTER_UNKNOWN */
export async function connectTo(
  cluster: string,
): Promise<{ readonly endpoints: readonly string[]; readonly snippets: readonly Snippet[] }> {
  const found = await findCluster(cluster);
  const { nodes } = await observe(found);
  return {
    endpoints: nodes.map(({ endpoint }) => endpoint),
    snippets: await connectSnippets(found.record.spec, nodes),
  };
}

/** `{{#part}}...{{/part}}` stays where the cluster has that part; `{{name}}` is a value. */
function render(
  text: string,
  parts: Readonly<Record<string, boolean>>,
  values: Readonly<Record<string, string>>,
): string {
  const chosen = text.replace(/\{\{#(\w+)\}\}([\s\S]*?)\{\{\/\1\}\}/g, (_, part: string, inner: string) =>
    parts[part] === true ? render(inner, parts, values) : '',
  );
  return chosen.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
