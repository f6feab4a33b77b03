import { readFile } from 'node:fs/promises';
import { messageOf, RclusterError } from '../base/errors.js';

const VARIABLE = 'RCLUSTER_PASSWORD';

export function passwordInEnvironment(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const value = env[VARIABLE];
  return value === '' ? undefined : value;
}

/**
 * A secret's text. A line break at its end is the editor's, not the secret's.
 *
 * @param option which flag names the file
 * @throws CONFIG_INVALID that names the file and not what is in it
 */
export async function readSecretFile(option: string, path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new RclusterError('CONFIG_INVALID', `${option}: ${messageOf(error)}`);
  }
}
