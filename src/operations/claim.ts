import { createConnection, createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { systemCodeOf } from '../base/errors.js';

/** What became of an attempt to claim a cluster. */
export type Claim =
  { readonly isOurs: true; release(): void } | { readonly isOurs: false; readonly holder: string };

const UNCONTESTED: Claim = { isOurs: true, release: () => undefined };
const ANSWER_MS = 500;

/** In the kernel alone, in nobody's folder: every user of the machine meets there, and it goes with its holder. */
const nameOf = (cluster: string) => `\0rcluster:${cluster}`;

/**
 * Claims a cluster against the other users of this machine, who may share the engine but not the state folder with its lock
 * files. Whatever system has no such names (all but Linux) lets everybody have it.
 */
export async function claim(cluster: string): Promise<Claim> {
  if (process.platform !== 'linux') return UNCONTESTED;
  const server = createServer((asking) => {
    asking.on('error', () => undefined).unref();
    asking.end(introduction());
  });
  const failure = await listen(server, nameOf(cluster));
  if (systemCodeOf(failure) === 'EADDRINUSE') return { isOurs: false, holder: await holderOf(cluster) };
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
async function holderOf(cluster: string): Promise<string> {
  const socket = createConnection(nameOf(cluster));
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
