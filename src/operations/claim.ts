import { createConnection, createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { all } from '../base/concurrency.js';
import { systemCodeOf } from '../base/errors.js';
import type { Port } from '../config/types.js';

/** What became of an attempt to claim something. */
export type Claim =
  { readonly isOurs: true; release(): void } | { readonly isOurs: false; readonly holder: string };

const UNCONTESTED: Claim = { isOurs: true, release: () => undefined };
const ANSWER_MS = 500;

/** In the kernel alone, in nobody's folder: every user of the machine meets there, and it goes with its holder. */
const inKernel = (name: string) => `\0rcluster:${name}`;

/**
 * Claims a cluster against the other users of this machine, who may share the engine but not the state folder with its lock
 * files. Whatever system has no such names (all but Linux) lets everybody have it.
 */
export async function claimCluster(cluster: string): Promise<Claim> {
  return claim(cluster);
}

/**
 * Claims ports for nodes that do not listen yet, so that no other command takes them for free.
 *
 * @returns what releases them; undefined when another command has claimed one of them
 */
export async function claimPorts(ports: readonly Port[]): Promise<(() => void) | undefined> {
  const claims = await all(ports, (port) => claim(`port ${port}`));
  const release = () => {
    for (const claimed of claims) if (claimed.isOurs) claimed.release();
  };
  if (claims.every(({ isOurs }) => isOurs)) return release;
  release();
  return undefined;
}

async function claim(name: string): Promise<Claim> {
  if (process.platform !== 'linux') return UNCONTESTED;
  const server = createServer((asking) => {
    asking.on('error', () => undefined).unref();
    asking.end(introduction());
  });
  const failure = await listen(server, inKernel(name));
  if (systemCodeOf(failure) === 'EADDRINUSE') return { isOurs: false, holder: await holderOf(name) };
  // A sandbox may forbid it; there the lock file is all that there is.
  if (failure !== undefined) return UNCONTESTED;
  server.unref();
  return { isOurs: true, release: () => void server.close() };
}

async function listen(server: Server, path: string): Promise<unknown> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ path, exclusive: true }, () => resolve(undefined));
  });
}

function introduction(): string {
  return `pid ${process.pid} of ${userName()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without a name, as in many containers.
    return String(process.getuid?.() ?? '?');
  }
}

/** Anybody can answer there, so what comes is taken for what it can be alone. */
async function holderOf(name: string): Promise<string> {
  const socket = createConnection(inKernel(name));
  const timer = setTimeout(() => socket.destroy(new Error('no answer')), ANSWER_MS);
  try {
    const answer = await text(socket);
    const [, pid, user] = /^pid (\d{1,10}) of ([\w.-]{1,32})$/.exec(answer) ?? [];
    if (pid === undefined || user === undefined) return 'another rcluster';
    return user === userName() ? `pid ${pid}` : `pid ${pid} of ${user}`;
  } catch {
    return 'another rcluster';
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
