import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { RclusterError, systemCodeOf } from '../base/errors.js';
import type { Port } from '../config/types.js';

/** Tries to listen, which is what the node will do; asking for a list of listeners would miss other users' ones. */
export async function portIsFree(host: string, port: Port): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const code = systemCodeOf(error);
      if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false);
      else if (code === 'EADDRNOTAVAIL') {
        reject(new RclusterError('CONFIG_INVALID', `--bind ${host}: this host has no such address`));
      } else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * @param known holders that the caller can name better than the system can
 * @throws PORT_IN_USE that names the holder where it is known
 */
export async function requireFreePorts(
  host: string,
  ports: readonly Port[],
  known: ReadonlyMap<Port, string> = new Map(),
): Promise<void> {
  const free = await Promise.all(ports.map((port) => portIsFree(host, port)));
  const taken = ports.filter((_, index) => free[index] === false);
  if (taken.length > 0) throw await portInUse(host, taken, known);
}

export async function portInUse(
  host: string,
  taken: readonly Port[],
  known: ReadonlyMap<Port, string> = new Map(),
): Promise<RclusterError> {
  const holders = await Promise.all(taken.map(async (port) => known.get(port) ?? holderOf(port)));
  const described = taken.map((port, index) => {
    const holder = holders[index];
    return `${host}:${port} is taken${holder === undefined ? '' : ` (${holder})`}`;
  });
  const airPlay = holders.some((holder) => holder?.includes('ControlCe') === true);
  const next = Math.min(50_000, Math.ceil((Math.max(...taken) + 1) / 100) * 100);
  return new RclusterError('PORT_IN_USE', described[0] ?? '', {
    details: described.slice(1),
    hint: airPlay
      ? `--base-port ${next}, or --any-port (on macOS AirPlay Receiver holds port 7000)`
      : `--base-port ${next}, or --any-port`,
  });
}

/** `pid 4242, redis-server`, as far as this user may know. */
async function holderOf(port: Port): Promise<string | undefined> {
  try {
    return process.platform === 'linux' ? await holderByProc(port) : await holderByLsof(port);
  } catch {
    // Knowing the holder is a courtesy; not knowing it must not hide that the port is taken.
    return undefined;
  }
}

const LISTEN = '0A';

async function holderByProc(port: Port): Promise<string | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const inodes = new Set(
    tables.flatMap((table) => listenersIn(table, port)).map((inode) => `socket:[${inode}]`),
  );
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      if (inodes.has(target)) return `pid ${pid}, ${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()}`;
    }
  }
  return undefined;
}

/** The inodes of the sockets that listen on the port, by a table of /proc/net. Pure. */
export function listenersIn(table: string, port: Port): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(suffix) && state === LISTEN)
    .flatMap((fields) => fields[9] ?? []);
}

async function holderByLsof(port: Port): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = /^p(\d+)$/m.exec(stdout)?.[1];
  const command = /^c(.+)$/m.exec(stdout)?.[1];
  return pid === undefined ? undefined : `pid ${pid}, ${command ?? 'unknown'}`;
}
