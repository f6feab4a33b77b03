import { StringDecoder } from 'node:string_decoder';

/** Before each piece: one byte for the stream, three of zero, four for the length of what follows. */
const HEADER_BYTES = 8;

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
