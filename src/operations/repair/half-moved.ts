import type { Repair } from '../../cluster/repairs/repair.js';
import { countSlots } from '../../cluster/slots.js';
import type { ClusterRecord } from '../../runtimes/runtime.js';
import type { Connected } from '../connections.js';
import type { MigrationOptions } from '../migration/migrate.js';
import { nothingMoved, together, type MigrationResult } from '../migration/progress.js';
import { carryOut } from './carry-out.js';
import { examine } from './examine.js';

/** What an interrupted migration leaves behind. None of these can lose data. */
const HALF_MOVED: ReadonlySet<Repair['kind']> = new Set([
  'finish-move',
  'close-slots',
  'stray-keys',
  'views-differ',
]);
const ROUNDS_AT_MOST = 10;

/** Finishes, or takes back, what an interrupted migration left half moved. @throws MIGRATION_FAILED, REDIS_ERROR */
export async function finishHalfMoved(
  record: ClusterRecord,
  connected: readonly Connected[],
  options: MigrationOptions,
): Promise<MigrationResult> {
  let result = nothingMoved;
  for (let round = 0; round < ROUNDS_AT_MOST; round += 1) {
    const { members, repairs } = await examine(record, connected);
    const next = repairs.find(({ kind, losesData }) => HALF_MOVED.has(kind) && losesData === undefined);
    if (next === undefined) break;
    if (next.kind === 'finish-move') {
      const slots = countSlots(next.slots);
      options.emit({ type: 'notice', text: `finishing ${slots} half-moved slots` });
    }
    const moved = await carryOut(next, members, options);
    if (moved !== undefined) result = together(result, moved);
  }
  return result;
}
