/** What an operation is doing. The library emits these; drawing them is the command line's business. */
export type ProgressEvent =
  | { readonly type: 'step'; readonly text: string }
  | {
      readonly type: 'progress';
      readonly text: string;
      readonly done: number;
      readonly total: number;
      readonly unit: 'nodes' | 'slots' | 'bytes';
    }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string };

export type Emit = (event: ProgressEvent) => void;

/** For callers that do not listen. */
export const silent: Emit = () => undefined;
