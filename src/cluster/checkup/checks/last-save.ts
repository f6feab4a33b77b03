import { answering, type Fields } from '../facts.js';
import { findingFor, verb, type Check } from '../finding.js';

/** INFO's fields, and what each is about. */
const STATUSES: readonly (readonly [field: string, what: string])[] = [
  ['rdb_last_bgsave_status', 'last snapshot (BGSAVE)'],
  ['aof_last_write_status', 'last write to the append-only file'],
  ['aof_last_bgrewrite_status', 'last rewrite of the append-only file'],
];

export const savesSucceed: Check = {
  title: 'the last save succeeded',
  judge: (facts) =>
    STATUSES.flatMap(([field, what]) =>
      findingFor(
        answering(facts).filter(({ said }) => hasFailed(said.info, field)),
        (names, nodes) => ({
          code: 'SAVE_FAILED',
          severity: 'error',
          message: `the ${what} failed on ${names}`,
          why: 'A restart would bring back an older state, and writes are refused meanwhile (MISCONF) unless stop-writes-on-bgsave-error is off.',
          mend: `${verb(nodes, 'its log says', 'their logs say')} why: mostly a full disk, rights, or no memory to fork`,
        }),
      ),
    ),
};

function hasFailed(info: Fields, field: string): boolean {
  return (info.get(field) ?? 'ok') !== 'ok';
}
