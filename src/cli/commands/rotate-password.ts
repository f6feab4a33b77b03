import { readGuard } from '../../config/guard.js';
import { rotatePassword } from '../../operations/access/rotate.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';
import { passwordFor } from './password.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { options }) => {
  const file = options['passwordFile'];
  const password = await passwordFor(ui, { ...options, password: true }, signal);
  const guard = await readGuard({ password, passwordFile: typeof file === 'string' ? file : undefined });
  const result = await rotatePassword(cluster, guard, { emit: ui.emit, signal });
  ui.result(
    result,
    () => `"${cluster}" has new passwords; that of ${result.user} is in ${result.passwordFile}`,
  );
  return EXIT.done;
};
