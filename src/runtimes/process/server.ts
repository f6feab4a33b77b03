import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { RclusterError, isRclusterError, messageOf } from '../../base/errors.js';
import { cacheFolder, packageFile } from '../../config/home.js';
import type { Activity, Server } from '../runtime.js';
import { runScript } from '../script.js';

/** A server's binary with what it needs in its environment. */
export interface ServerBinary extends Server {
  readonly env: NodeJS.ProcessEnv;
}

/** CLUSTER ADDSLOTSRANGE and cluster-announce-hostname came with it. */
const OLDEST = 7;

/**
 * The named server, else redis-server or valkey-server from PATH, else the distribution's own package unpacked into
 * the cache folder.
 *
 * @throws SERVER_MISSING
 */
export async function findServer(path: string | undefined, activity: Activity): Promise<ServerBinary> {
  if (path !== undefined) {
    // Nodes run in folders of their own; a bare name is looked for in PATH.
    const reference = path.includes('/') ? resolve(path) : path;
    return { reference, notice: undefined, env: await checked(reference, {}) };
  }
  for (const name of ['redis-server', 'valkey-server']) {
    try {
      return { reference: name, notice: undefined, env: await checked(name, {}) };
    } catch (error) {
      if (!isRclusterError(error, 'SERVER_MISSING')) throw error;
    }
  }
  return unpackedServer(activity);
}

async function unpackedServer({ emit, signal }: Activity): Promise<ServerBinary> {
  emit({ type: 'step', text: "unpacking redis-server from the distribution's package" });
  const folder = join(cacheFolder(), 'servers', 'redis-7');
  const script = packageFile('docker', 'server.sh');
  let output: string;
  try {
    output = await runScript(script, ['redis:7', folder], 'SERVER_MISSING', signal);
  } catch (error) {
    if (!isRclusterError(error, 'SERVER_MISSING')) throw error;
    throw new RclusterError(
      'SERVER_MISSING',
      'no redis-server or valkey-server is in PATH, and none could be unpacked',
      {
        details: [error.message, ...error.details],
        hint: 'install redis, or --redis-server PATH',
      },
    );
  }
  const [binFolder = '', libraryPath = ''] = output.trimEnd().split('\n');
  const binary = join(binFolder, 'redis-server');
  const env = await checked(binary, { LD_LIBRARY_PATH: libraryPath });
  return {
    reference: binary,
    notice: `no redis-server is in PATH: using the distribution's package, unpacked into ${folder}`,
    env,
  };
}

/** @throws SERVER_MISSING when it does not run or is too old */
async function checked(path: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  let version: string;
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { env: { ...process.env, ...env } });
    version = /v=(\d+[\d.]*)/.exec(stdout)?.[1] ?? '';
  } catch (error) {
    throw new RclusterError('SERVER_MISSING', `${path} does not run: ${messageOf(error)}`, {
      hint: '--redis-server with the path of a redis-server or valkey-server',
      cause: error,
    });
  }
  if (Number.parseInt(version, 10) < OLDEST || version === '') {
    throw new RclusterError(
      'SERVER_MISSING',
      `${path} is version ${version || 'unknown'}; ${OLDEST}.0 or newer is needed`,
      {
        hint: '--redis-server with the path of a newer one',
      },
    );
  }
  return env;
}
