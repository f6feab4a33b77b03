import type { Emit } from '../../base/events.js';
import type { NodeName } from '../../config/types.js';
import type { FoundCluster } from '../../runtimes/detect.js';

/** What can be asked for. */
export const FAULT_KINDS = [
  'kill',
  'stop',
  'restart',
  'pause',
  'partition',
  'isolate',
  'latency',
  'loss',
  'fill',
  'slow',
  'disk-full',
] as const;

/** `settings` come with a scenario. */
export type FaultKind = (typeof FAULT_KINDS)[number] | 'settings';

/** What is needed to break something, and to mend it again. */
export interface FaultContext {
  readonly found: FoundCluster;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

/** A fault as it is written down: whom it strikes is settled, and everything that it takes to make it again is there. */
export type FaultRecord =
  | {
      readonly fault: 'kill' | 'stop' | 'restart' | 'pause' | 'isolate' | 'disk-full';
      readonly nodes: readonly NodeName[];
    }
  | {
      readonly fault: 'partition';
      readonly groups: readonly (readonly NodeName[])[];
      readonly oneWay: boolean;
    }
  | {
      readonly fault: 'latency';
      readonly nodes: readonly NodeName[];
      readonly delayMs: number;
      readonly jitterMs: number;
    }
  | {
      readonly fault: 'settings';
      readonly values: Readonly<Record<string, string>>;
      /** By node. */
      readonly previous: Readonly<Record<NodeName, Readonly<Record<string, string>>>>;
    }
  | { readonly fault: 'loss'; readonly nodes: readonly NodeName[]; readonly percent: number }
  | { readonly fault: 'fill'; readonly nodes: readonly NodeName[]; readonly roomBytes: number }
  | {
      readonly fault: 'slow';
      readonly nodes: readonly NodeName[];
      readonly busyMs: number;
      readonly everyMs: number;
    };

/**
 * Something that is broken on purpose. It is made by a validating constructor, which throws CONFIG_INVALID, and is plain
 * enough to be written down (`toJSON`) before it is injected, so that another process can heal it.
 */
export interface Fault {
  readonly kind: FaultKind;
  /** Whom it strikes, by name. */
  readonly nodes: readonly NodeName[];
  /** For people: `pause node-2`. */
  readonly text: string;
  /** Why it cannot be injected here; undefined when it can. Asks the machine, changes nothing. */
  impossible(context: FaultContext): Promise<string | undefined>;
  inject(context: FaultContext): Promise<void>;
  /** Mends it, and does nothing where it is mended already. It gets a context whose signal never fires. */
  heal(context: FaultContext): Promise<void>;
  toJSON(): FaultRecord;
}
