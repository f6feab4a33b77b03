import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What the configuration file is called. */
export const PROJECT_FILE = 'rcluster.yaml';

/**
 * The nearest `rcluster.yaml` from the folder upwards. In a folder where everybody may write, such as /tmp, one that belongs
 * to somebody else is passed over: it names images and programs to run.
 */
export async function findProjectFile(folder: string): Promise<string | undefined> {
  const path = join(folder, PROJECT_FILE);
  const [file, around] = await Promise.all([path, folder].map((name) => stat(name).catch(() => undefined)));
  if (file?.isFile() === true) {
    const isOurs = file.uid === 0 || file.uid === process.getuid?.();
    const isShared = around !== undefined && (around.mode & 0o002) !== 0;
    if (isOurs || !isShared) return path;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : findProjectFile(parent);
}
