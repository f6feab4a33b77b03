import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RclusterError, systemCodeOf } from '../../base/errors.js';

/** Before the work is done, rather than after it. @throws CONFIG_INVALID */
export async function requireWritable(flag: string, path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    const why = systemCodeOf(error) === 'ENOENT' ? 'there is no such folder' : 'the folder cannot be written';
    throw new RclusterError('CONFIG_INVALID', `--${flag} ${path}: ${why}`, { cause: error });
  }
}
