import { Worker } from 'node:worker_threads';
import type { RunResult } from './run.js';

/**
 * Runs the command line of the built rcluster without a process of its own for each: in a thread that has the program loaded
 * already. To start a process and to load the program takes several times as long as most commands, and a run of all tests has
 * thousands. Everything else is as it is for users: arguments, environment, output, exit code. What is about processes (signals,
 * locks, standard input, the working folder) has to have one.
 */

const idle: Worker[] = [];

/** @param env the whole environment @throws when it does not end in time, or ends its thread */
export async function runResident(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<RunResult> {
  const worker = idle.pop() ?? new Worker(new URL('resident-worker.js', import.meta.url), { env: {} });
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      worker.off('message', succeeded).off('error', failed).off('exit', ended);
      act();
    };
    const fail = (why: string, cause?: unknown) =>
      settle(() => {
        void worker.terminate();
        reject(new Error(`rcluster ${args.join(' ')} ${why}`, { cause }));
      });
    const succeeded = (message: RunResult) =>
      settle(() => {
        worker.unref();
        idle.push(worker);
        resolve(message);
      });
    const failed = (error: Error) => fail('ended its thread', error);
    const ended = (code: number) => fail(`ended its thread with ${code}`);
    const timer = setTimeout(() => fail(`did not end within ${timeoutMs} ms`), timeoutMs);
    worker.on('message', succeeded).on('error', failed).on('exit', ended);
    worker.ref();
    worker.postMessage({ args, env });
  });
}
