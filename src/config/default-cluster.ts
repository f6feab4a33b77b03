import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homeFolder, isClusterName } from './home.js';

/** Where the name is that `rcluster use` was given. */
export function defaultClusterPath(): string {
  return join(homeFolder(), 'default-cluster');
}

/** The cluster that `rcluster use` made the default; undefined when there is none, or nothing that could be one. */
export async function readDefaultCluster(): Promise<string | undefined> {
  const name = (await readFile(defaultClusterPath(), 'utf8').catch(() => '')).trim();
  return isClusterName(name) ? name : undefined;
}
