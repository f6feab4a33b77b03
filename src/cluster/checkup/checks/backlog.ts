import { bytes } from '../../../base/format.js';
import { answeringOwners, numberIn } from '../facts.js';
import { findingFor, type Check } from '../finding.js';

const PARAMETER = 'repl-backlog-size';
/** Redis' own default: 1 MB. */
const DEFAULT_BYTES = 1024 ** 2;
/** For how long a replica may be away and still go on where it was: a restart, or a short partition. */
const SECONDS = 60;
/** A backlog counts towards maxmemory, so that a larger one may evict keys: that is for somebody to decide. */
const MEMORY_SHARE = 0.1;
/** Where there is no maxmemory. A moment of heavy load, such as a benchmark, asks for gigabytes. */
const HARMLESS_BYTES = 64 * 1024 ** 2;

export const backlogSuffices: Check = {
  title: `the replication backlog holds the writes of ${SECONDS} s`,
  judge: (facts) => {
    const masters = answeringOwners(facts).filter(({ said }) => said.config !== undefined);
    const rated = masters.flatMap(({ name, said }) =>
      said.writtenBytesPerSecond === undefined
        ? []
        : [
            {
              name,
              rate: said.writtenBytesPerSecond,
              size: numberIn(said.config ?? new Map(), PARAMETER) ?? DEFAULT_BYTES,
              maxmemory: numberIn(said.config ?? new Map(), 'maxmemory') ?? 0,
            },
          ],
    );
    if (rated.length === 0) return { unseen: 'no master tells its write rate and its settings' };
    return findingFor(
      rated.filter(({ rate, size }) => size < rate * SECONDS),
      (names, those) => {
        const [worst] = [...those].sort((a, b) => a.size / a.rate - b.size / b.rate);
        const { rate = 1, size = 0 } = worst ?? {};
        return {
          code: 'BACKLOG_SMALL',
          severity: 'warning',
          message: `${PARAMETER} is ${bytes(size)} on ${names}: enough for ${(size / rate).toFixed(1)} s at the ${bytes(Math.round(rate))}/s that were just written`,
          why: 'A replica that is away for longer needs a full sync: a fork, and all data over the network.',
          mend: `CONFIG SET ${PARAMETER} ${roomFor(rate)}`,
        };
      },
      ({ rate, maxmemory }) =>
        roomFor(rate) <= (maxmemory > 0 ? maxmemory * MEMORY_SHARE : HARMLESS_BYTES)
          ? { parameter: PARAMETER, value: String(roomFor(rate)) }
          : undefined,
    );
  },
};

/** The next power of two with as much room again, so that a little more load does not bring the finding back. */
function roomFor(rate: number): number {
  return 2 ** Math.ceil(Math.log2(2 * rate * SECONDS));
}
