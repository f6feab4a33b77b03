import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A variable that is set to nothing counts as not set. */
function set(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Where rcluster keeps what the runtime does not: one folder a cluster. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return (
    set(env['RCLUSTER_HOME']) ??
    join(set(env['XDG_STATE_HOME']) ?? join(homedir(), '.local', 'state'), 'rcluster')
  );
}

/** What a cluster may be called: also the name of its folder, its network and its compose project. */
export const CLUSTER_NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

export function isClusterName(name: string): boolean {
  return CLUSTER_NAME.test(name);
}

export function clusterFolder(cluster: string): string {
  return join(homeFolder(), 'clusters', cluster);
}

/** What can be made again at any time: unpacked servers. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(set(env['XDG_CACHE_HOME']) ?? join(homedir(), '.cache'), 'rcluster');
}

/** A file that is shipped with the package: `templates/redis.conf`, `docker/image.sh`. */
export function packageFile(...path: string[]): string {
  return fileURLToPath(new URL(['..', '..', ...path].join('/'), import.meta.url));
}
