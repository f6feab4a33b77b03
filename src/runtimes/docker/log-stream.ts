import { StringDecoder } from 'node:string_decoder';
import type { Container } from 'dockerode';
import { sleep } from '../../base/deadline.js';
import { engineCall, engineError, statusOf } from './engine.js';

/** Before each piece: one byte for the stream, three of zero, four for the length of what follows. */
const HEADER_BYTES = 8;
const NEXT_RUN_EVERY_MS = 300;

/**
 * The lines of what the engine sends of a container without a terminal, standard output and error in one
 * (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach). dockerode's own
 * demuxStream calls itself for every piece: a few thousand lines in one chunk overflow the stack.
 */
export async function* logLines(
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let pieces = Buffer.alloc(0);
  let rest = '';
  for await (const chunk of chunks) {
    pieces = Buffer.concat([pieces, chunk]);
    let at = 0;
    while (pieces.length >= at + HEADER_BYTES) {
      const end = at + HEADER_BYTES + pieces.readUInt32BE(at + 4);
      if (pieces.length < end) break;
      rest += decoder.write(pieces.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    pieces = pieces.subarray(at);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/**
 * A container's log as it is written, over its ends and starts, until the signal fires or the container is gone.
 *
 * @param what for people: "reading the log of node-1"
 * @throws ENGINE_ERROR
 */
export async function* followLog(
  container: Container,
  what: string,
  last: { readonly tail?: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  if (isAborted(signal)) return;
  const following = {
    ...{ stdout: true, stderr: true, follow: true as const },
    ...(signal && { abortSignal: signal }),
  };
  try {
    let from: { tail?: number; since?: string } | undefined = last;
    // The engine's answer ends with the container's run; the next one takes up where it ended.
    while (from !== undefined) {
      const options = { ...following, ...from };
      // Leaving the loop, by `break` or by an error, closes the engine's connection.
      const stream = await engineCall(what, () => container.logs(options));
      yield* logLines(stream as AsyncIterable<Buffer>);
      from = await nextRun(container, signal);
    }
  } catch (error) {
    if (!isAborted(signal)) throw error;
  }
}

/**
 * Waits until the container runs again.
 *
 * @returns when its last run ended, in seconds since 1970; undefined when the container is gone
 */
async function nextRun(
  container: Container,
  signal: AbortSignal | undefined,
): Promise<{ since: string } | undefined> {
  for (;;) {
    try {
      const { State } = await container.inspect();
      if (State.Running) return { since: (Date.parse(State.FinishedAt) / 1000).toFixed(3) };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw engineError('following a log', error);
    }
    await sleep(NEXT_RUN_EVERY_MS, signal);
  }
}

const isAborted = (signal: AbortSignal | undefined) => signal?.aborted === true;
