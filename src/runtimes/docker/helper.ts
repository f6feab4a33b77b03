import type { ContainerCreateOptions } from 'dockerode';
import { interruption } from '../../base/errors.js';
import type { HelperResult } from '../runtime.js';
import { engineCall, engineCallUnlessGone, type Engine } from './engine.js';
import { logLines } from './log-stream.js';

/**
 * Runs a container to its end and removes it.
 *
 * @param signal ends it early. A helper that has one runs without a time limit; any other may take as long as a call to the
 *   engine may
 * @throws ENGINE_ERROR when it cannot be started; INTERRUPTED
 */
export async function runHelper(
  engine: Engine,
  options: ContainerCreateOptions,
  signal?: AbortSignal,
): Promise<HelperResult> {
  const what = 'running a helper';
  const container = await engineCall(what, () => engine.docker.createContainer(options));
  const stop = () => void container.kill().catch(() => undefined);
  const ended = () => container.wait() as Promise<{ StatusCode: number }>;
  try {
    await engineCall(what, () => container.start());
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    const { StatusCode } = await (signal === undefined ? engineCall(what, ended) : ended());
    if (signal?.aborted === true) throw interruption(signal);
    const written = await engineCall(what, () =>
      container.logs({ stdout: true, stderr: true, follow: false }),
    );
    const lines: string[] = [];
    for await (const line of logLines([written])) lines.push(line);
    return { code: StatusCode, output: lines.join('\n') };
  } finally {
    signal?.removeEventListener('abort', stop);
    await engineCallUnlessGone(what, () => container.remove({ force: true, v: true }));
  }
}
