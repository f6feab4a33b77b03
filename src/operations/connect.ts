import { RclusterError } from '../base/errors.js';
import { isLoopback, nameInNetwork, NETWORK } from '../config/announce.js';
import { connectSchema, type ConnectOptions } from '../config/connect-schema.js';
import { resolveOptions } from '../config/resolve.js';
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

/** Where a secret of a compose file is in a container. */
const SECRETS = '/run/secrets';

/**
 * One snippet a client, from templates/connect. Passwords are in them as the file that holds them, so that they can be shown,
 * piped and kept.
 *
 * @param from where the application runs: on this host, or in a container of the nodes' network
 */
export async function connectSnippets(
  spec: ClusterSpec,
  nodes: readonly Pick<NodeReport, 'endpoint'>[],
  from: NonNullable<ConnectOptions['from']> = 'host',
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
    cluster: spec.name,
    hostPasswordFile: passwordFile(spec.name),
    ...Object.fromEntries(
      Object.entries(clientFiles(spec.name)).map(([file, path]) => [`host-${file}`, path]),
    ),
    passwordFile: from === 'host' ? passwordFile(spec.name) : `${SECRETS}/redis-password`,
    ...(from === 'host' ? clientFiles(spec.name) : filesInContainer()),
  };
  const parts: Readonly<Record<string, boolean>> = {
    password: spec.access === 'password',
    tls: isEncrypted(spec),
    certificate: spec.tls === 'optional' || spec.tls === 'required',
    files: isGuarded(spec),
    both: spec.access === 'password' && isEncrypted(spec),
  };
  const snippets = await readSnippets(from);
  return snippets.map(({ client, text }) => ({ client, text: render(text, parts, values).trimEnd() }));
}

function filesInContainer(): Readonly<Record<'ca' | 'cert' | 'key', string>> {
  return { ca: `${SECRETS}/redis-ca`, cert: `${SECRETS}/redis-cert`, key: `${SECRETS}/redis-key` };
}

/** The same for a cluster by its name. @throws CLUSTER_UNKNOWN; CONFIG_INVALID where containers cannot follow its nodes */
export async function connectTo(
  cluster: string,
  options: ConnectOptions = {},
): Promise<{ readonly endpoints: readonly string[]; readonly snippets: readonly Snippet[] }> {
  const { from } = resolveOptions(connectSchema, options);
  const found = await findCluster(cluster);
  const { spec } = found.record;
  const { nodes } = await observe(found);
  const reached = nodes.map((node) => ({
    endpoint: from === 'host' ? node.endpoint : endpointInNetwork(spec, node),
  }));
  return {
    endpoints: reached.map(({ endpoint }) => endpoint),
    snippets: await connectSnippets(spec, reached, from),
  };
}

function endpointInNetwork(spec: ClusterSpec, { name, port }: NodeReport): string {
  if (spec.announce === NETWORK) return `${nameInNetwork(spec, name)}:${port}`;
  if (!isLoopback(spec.announce)) return `${spec.announce}:${port}`;
  throw new RclusterError(
    'CONFIG_INVALID',
    `the nodes of "${spec.name}" tell clients ${spec.announce}, which within a container is the container itself`,
    { hint: 'rcluster up --announce network, for a cluster that containers use' },
  );
}

/** `{{#part}}...{{/part}}` stays where the cluster has that part; `{{name}}` is a value. */
function render(
  text: string,
  parts: Readonly<Record<string, boolean>>,
  values: Readonly<Record<string, string>>,
): string {
  const chosen = text.replace(/\{\{#([\w-]+)\}\}([\s\S]*?)\{\{\/\1\}\}/g, (_, part: string, inner: string) =>
    parts[part] === true ? render(inner, parts, values) : '',
  );
  return chosen.replace(/\{\{([\w-]+)\}\}/g, (_, name: string) => values[name] ?? '');
}
