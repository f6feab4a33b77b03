import { RclusterError } from '../../base/errors.js';
import { passwordInEnvironment } from '../../config/password.js';
import type { Ui } from '../ui/ui.js';

/**
 * The password that was asked for: RCLUSTER_PASSWORD, what is typed on the terminal, or `true` for one that is made up. Never
 * an argument, which the shell's history keeps and everybody on the host can read.
 */
export async function passwordFor(
  ui: Ui,
  options: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<string | true | undefined> {
  if (options['passwordFile'] !== undefined) return undefined;
  const known = passwordInEnvironment();
  if (known !== undefined) return known;
  if (options['password'] !== true) return undefined;
  if (ui.options.json || !process.stdin.isTTY || !process.stderr.isTTY) return true;
  ui.settle();
  const { default: ask } = await import('@inquirer/password');
  const typed = await ask(
    { message: 'Password (empty: one is made up)', mask: true },
    { output: process.stderr, signal },
  ).catch((error: unknown) => {
    throw new RclusterError('INTERRUPTED', 'no password was given', { cause: error });
  });
  return typed === '' ? true : typed;
}
