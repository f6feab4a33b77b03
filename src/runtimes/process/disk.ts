import { statfs } from 'node:fs/promises';
import { RclusterError, systemCodeOf } from '../../base/errors.js';
import { homeFolder } from '../../config/home.js';

/** A server on a full disk ends without a word, since its log is on that disk as well. @throws DISK_FULL */
export async function requireDisk(needed: number): Promise<void> {
  const disk = await statfs(homeFolder()).catch(() => undefined);
  if (disk !== undefined && disk.bavail * disk.bsize < needed) throw diskFull();
}

function diskFull(cause?: unknown): RclusterError {
  return new RclusterError('DISK_FULL', `no space left in ${homeFolder()}`, {
    hint: 'free some, or set RCLUSTER_HOME to another disk',
    cause,
  });
}

/** Runs work that writes. @throws DISK_FULL when there is no room */
export async function onDisk<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOSPC') throw error;
    throw diskFull(error);
  }
}
