import { text } from 'node:stream/consumers';
import type { Container } from 'dockerode';
import { extract } from 'tar-stream';
import { RclusterError } from '../../base/errors.js';
import { engineCall, statusOf } from './engine.js';

/** As whom a server runs within its container. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Of an image that names nobody; official images have their server's user there. No file in the image is theirs. */
const NOBODY_ELSE: ServerUser = { uid: 999, gid: 999 };

/**
 * Whom the image means its server to run as: who it says, or where that is root, as in the official images, the user called
 * after the server. Never root.
 *
 * @param config what the image says: `redis`, `1001`, `999:1000`; nothing is root
 * @param passwd the text of the image's /etc/passwd
 * @param server `redis` or `valkey`
 */
export function serverUser(config: string, passwd: string, server: string): ServerUser {
  const [name = '', group = ''] = config.split(':');
  const user = entryOf(passwd, name);
  if (user === undefined || user.uid === 0) return entryOf(passwd, server) ?? NOBODY_ELSE;
  return /^\d+$/.test(group) ? { ...user, gid: Number(group) } : user;
}

function entryOf(passwd: string, user: string): ServerUser | undefined {
  const entries = passwd.split('\n').map((line) => line.split(':'));
  const found = entries.find(([name, , uid]) => user !== '' && (name === user || uid === user));
  const [, , uid = user, gid = user] = found ?? [];
  return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** The container's /etc/passwd; empty where it has none. The container need not run. */
export async function readPasswd(container: Container): Promise<string> {
  const what = 'looking for the user of the server';
  try {
    const archive = await engineCall(what, () => container.getArchive({ path: '/etc/passwd' }));
    const entries = extract();
    archive.pipe(entries);
    for await (const entry of entries) return await text(entry);
  } catch (error) {
    if (!(error instanceof RclusterError) || statusOf(error.cause) !== 404) throw error;
  }
  return '';
}
