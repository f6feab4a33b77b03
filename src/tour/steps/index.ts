import type { TourStep } from '../step.js';
import { boot } from './boot.js';
import { checklist } from './checklist.js';
import { crossSlot } from './cross-slot.js';
import { failover } from './failover.js';
import { growth } from './growth.js';
import { placement } from './placement.js';
import { transaction } from './transaction.js';

/** The lessons, in their order; taking the cluster down comes after them, whatever happens. */
export const STEPS: readonly TourStep[] = [
  boot,
  placement,
  crossSlot,
  transaction,
  growth,
  failover,
  checklist,
];
