import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Port } from '../config/types.js';

const NAMES = ['redis-cli', 'valkey-cli'];

/**
 * Runs this host's own redis-cli on this terminal, following redirections: from the host every announced address can be
 * reached, from inside a container none but its own.
 *
 * @param folders looked through before PATH
 * @returns its exit code, or undefined where there is none
 */
export async function runHostClient(
  folders: readonly string[],
  env: NodeJS.ProcessEnv,
  host: string,
  port: Port,
  args: readonly string[],
): Promise<number | undefined> {
  const client = await findClient([...folders, ...(process.env['PATH'] ?? '').split(delimiter)]);
  if (client === undefined) return undefined;
  const child = spawn(client, ['-c', '-h', host, '-p', String(port), ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function findClient(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const name of NAMES) {
      const path = join(folder, name);
      const isThere =
        folder !== '' &&
        folder !== '.' &&
        (await access(path, constants.X_OK).then(
          () => true,
          () => false,
        ));
      if (isThere) return path;
    }
  }
  return undefined;
}
