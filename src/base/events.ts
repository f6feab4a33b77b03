/** What an operation is doing. The library emits these; drawing them is the command line's business. */
export type ProgressEvent =
  | { readonly type: 'step'; readonly text: string }
  | {
      readonly type: 'progress';
      readonly text: string;
      readonly done: number;
      readonly total: number;
      readonly unit: 'nodes' | 'slots' | 'bytes' | 'requests' | 'seconds';
      /** Of a migration: how many keys and bytes have been moved, and for how long. */
      readonly keys?: number;
      readonly bytes?: number;
      readonly elapsedMs?: number;
      /** Of a benchmark: the last second's. */
      readonly figures?: { readonly opsPerSecond: number; readonly p99Ms: number; readonly errors: number };
    }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string };

export type Emit = (event: ProgressEvent) => void;

/** For callers that do not listen. */
export const silent: Emit = () => undefined;
