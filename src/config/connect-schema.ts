import * as z from 'zod';

/** The options of `connect`. */
export const connectSchema = z.strictObject({
  /** Where the application runs: on this host, or in a container of the nodes' network. */
  from: z.enum(['host', 'container'], { error: 'must be host or container' }).default('host'),
});

export type ConnectOptions = z.input<typeof connectSchema>;
