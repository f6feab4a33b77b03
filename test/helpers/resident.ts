import { Worker } from 'node:worker_threads';
import type { RunResult } from './run.js';

let worker: Worker | undefined;
let isBusy = false;

/** Whether a command is running in the thread: what comes meanwhile has to have a process. */
export const residentIsBusy = (): boolean => isBusy;

/**
 * Runs the command line of the built rcluster without a process of its own for each: in a thread that has the program loaded
 * already. To start a process and to load the program takes several times as long as most commands, and a run of all tests has
 * thousands. Everything else is as it is for users: arguments, environment, output, exit code. What is about processes (signals,
 * two at once, standard streams, the working folder, whether it ends) has to have one.
 *
 * @param env the whole environment
 * @throws when it does not end in time, or ends its thread
 */
export async function runResident(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<RunResult> {
  const thread = (worker ??= new Worker(new URL('resident-worker.js', import.meta.url), { env: {} }));
  isBusy = true;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      thread.off('message', succeeded).off('error', failed).off('exit', ended).unref();
      isBusy = false;
      act();
    };
    const fail = (why: string, cause?: unknown) =>
      settle(() => {
        worker = undefined;
        void thread.terminate();
        reject(new Error(`rcluster ${args.join(' ')} ${why}`, { cause }));
      });
    const succeeded = (result: RunResult) => settle(() => resolve(result));
    const failed = (error: Error) => fail('ended its thread', error);
    const ended = (code: number) => fail(`ended its thread with ${code}`);
    const timer = setTimeout(() => fail(`did not end within ${timeoutMs} ms`), timeoutMs);
    thread.on('message', succeeded).on('error', failed).on('exit', ended);
    thread.ref();
    thread.postMessage({ args, env });
  });
}
