import { resolveFault } from '../../config/fault-schema.js';
import type { StatusReport } from '../../operations/observe.js';
import { diskFull } from './disk-full.js';
import type { Fault, FaultRecord } from './fault.js';
import { fill } from './fill.js';
import { parseGroups } from './groups.js';
import { isolate } from './isolate.js';
import { kill } from './kill.js';
import { latency } from './latency.js';
import { loss } from './loss.js';
import { partition } from './partition.js';
import { pause } from './pause.js';
import type { Random } from './random.js';
import { restart } from './restart.js';
import { settings } from './settings.js';
import { slow } from './slow.js';
import { stop } from './stop.js';
import { pickTargets } from './target.js';

/**
 * The fault that a description means on the cluster as it is now: `{ fault: 'pause', target: 'random-master' }`.
 *
 * @param description as in config/fault-schema.ts
 * @throws CONFIG_INVALID with every problem at once, NODE_UNKNOWN, NODE_AMBIGUOUS
 */
export function faultOf(description: unknown, status: Pick<StatusReport, 'nodes'>, random: Random): Fault {
  const resolved = resolveFault(description);
  if (resolved.fault === 'partition')
    return partition(parseGroups(resolved.groups, status, random), resolved.oneWay);
  const nodes = pickTargets(resolved.target, status, random);
  switch (resolved.fault) {
    case 'latency':
      return latency(nodes, resolved.delay, resolved.jitter);
    case 'loss':
      return loss(nodes, resolved.percent);
    case 'fill':
      return fill(nodes, resolved.room * 1024 ** 2);
    case 'slow':
      return slow(nodes, resolved.busy, resolved.every);
    default:
      return faultOfRecord({ fault: resolved.fault, nodes });
  }
}

/** The fault that was written down. @throws CONFIG_INVALID */
export function faultOfRecord(record: FaultRecord): Fault {
  switch (record.fault) {
    case 'kill':
      return kill(record.nodes);
    case 'stop':
      return stop(record.nodes);
    case 'restart':
      return restart(record.nodes);
    case 'pause':
      return pause(record.nodes);
    case 'partition':
      return partition(record.groups, record.oneWay);
    case 'isolate':
      return isolate(record.nodes);
    case 'latency':
      return latency(record.nodes, record.delayMs, record.jitterMs);
    case 'loss':
      return loss(record.nodes, record.percent);
    case 'fill':
      return fill(record.nodes, record.roomBytes);
    case 'slow':
      return slow(record.nodes, record.busyMs, record.everyMs);
    case 'disk-full':
      return diskFull(record.nodes);
    case 'settings':
      return settings(record.values, record.previous);
  }
}
