import { systemCodeOf } from './errors.js';

/** Whether there is a process of this id, whosever it is. */
export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) !== 'ESRCH';
  }
}
