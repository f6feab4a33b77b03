import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the Docker engine is said to be, and who says so. */
export interface DockerHost {
  /** `unix:///var/run/docker.sock`, `tcp://...`, `ssh://...` */
  readonly url: string;
  readonly source: string;
  /** A folder with ca.pem, cert.pem and key.pem. */
  readonly tlsFolder: string | undefined;
}

/** The `source` of an engine that nobody named. */
export const DEFAULT_SOCKET = 'default socket';

/**
 * DOCKER_HOST, else the current context's endpoint, else the default socket: the docker command's own order
 * (https://docs.docker.com/engine/manage-resources/contexts/).
 */
export async function dockerHost(env: NodeJS.ProcessEnv = process.env): Promise<DockerHost> {
  if (env['DOCKER_HOST']) {
    const tlsFolder = env['DOCKER_TLS_VERIFY'] ? env['DOCKER_CERT_PATH'] : undefined;
    return { url: env['DOCKER_HOST'], source: 'DOCKER_HOST', tlsFolder };
  }
  const folder = env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const config = (await readJson(join(folder, 'config.json'))) as { currentContext?: unknown } | undefined;
  const named = env['DOCKER_CONTEXT'];
  const context = named === undefined || named === '' ? config?.currentContext : named;
  if (typeof context === 'string' && context !== 'default') {
    const id = createHash('sha256').update(context).digest('hex');
    const meta = (await readJson(join(folder, 'contexts', 'meta', id, 'meta.json'))) as
      { Endpoints?: { docker?: { Host?: unknown } } } | undefined;
    const host = meta?.Endpoints?.docker?.Host;
    if (typeof host === 'string' && host !== '') {
      const tls = host.startsWith('tcp:') ? join(folder, 'contexts', 'tls', id, 'docker') : undefined;
      return { url: host, source: `docker context ${context}`, tlsFolder: tls };
    }
  }
  return { url: 'unix:///var/run/docker.sock', source: DEFAULT_SOCKET, tlsFolder: undefined };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
