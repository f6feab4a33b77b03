import { createHash } from 'node:crypto';
import type { Fault } from './fault.js';

/** Faults that do the same have the same id, in any process: it marks what they make, and names their entry in the ledger. */
export function idOf(fault: Pick<Fault, 'toJSON'>): string {
  return createHash('sha256').update(JSON.stringify(fault.toJSON())).digest('hex').slice(0, 8);
}
