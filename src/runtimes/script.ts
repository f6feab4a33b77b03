import { execFile } from 'node:child_process';
import { RclusterError, interruption, type ErrorCode } from '../base/errors.js';

/**
 * Runs one of the shell scripts of docker/ and returns its standard output.
 *
 * @throws `code` with the script's last lines, INTERRUPTED when the signal fires
 */
export async function runScript(
  path: string,
  args: readonly string[],
  code: ErrorCode,
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', [path, ...args], { signal, maxBuffer: 16 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (signal?.aborted === true) reject(interruption(signal));
      else {
        const lines = stderr.trimEnd().split('\n').slice(-10);
        reject(
          new RclusterError(code, stderr.trim() === '' ? error.message : (lines.at(-1) ?? ''), {
            details: lines.slice(0, -1),
            cause: error,
          }),
        );
      }
    });
  });
}
