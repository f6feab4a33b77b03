import { randomBytes } from 'node:crypto';
import { silent } from '../base/events.js';
import { resolveOptions } from '../config/resolve.js';
import { tourSchema, type TourOptions } from '../config/tour-schema.js';
import { down } from '../operations/down.js';
import type { OperationOptions } from '../operations/up.js';
import { Stage } from './stage.js';
import type { Exchange, Output, Telling } from './step.js';
import { STEPS } from './steps/index.js';

/** Whom the tour is given to. */
export interface Audience {
  /** A lesson begins: which of how many, its title, and what there is to learn. */
  begin(number: number, total: number, title: string, teaches: string): void;
  command(text: string): void;
  output(output: Output): void;
  explain(text: string): void;
  /** Resolves when the next lesson may begin. @throws when there shall be none */
  ready(): Promise<void>;
}

export interface TourReport {
  readonly cluster: string;
  readonly elapsedMs: number;
  readonly steps: readonly {
    readonly title: string;
    readonly exchanges: readonly Exchange[];
    readonly explanation: string;
  }[];
}

/**
 * Boots a cluster of its own on free ports, shows lesson by lesson what a Redis Cluster does, and takes it down whatever
 * happens.
 *
 * @throws INTERRUPTED after taking the cluster down, and what the operations throw that the lessons are made of
 */
export async function tour(
  options: TourOptions,
  audience: Audience,
  { emit = silent, signal }: OperationOptions = {},
): Promise<TourReport> {
  const upOptions = resolveOptions(tourSchema, options);
  const since = performance.now();
  const cluster = `tour-${randomBytes(3).toString('hex')}`;
  const stage = new Stage(cluster, { ...upOptions, cluster, anyPort: true }, { emit, signal });
  const total = STEPS.length + 1;
  const steps: TourReport['steps'][number][] = [];
  try {
    for (const [index, step] of STEPS.entries()) {
      audience.begin(index + 1, total, step.title, step.teaches);
      const { telling, exchanges } = recording(audience);
      const explanation = await step.run(stage, telling);
      audience.explain(explanation);
      steps.push({ title: step.title, exchanges, explanation });
      await audience.ready();
    }
    audience.begin(
      total,
      total,
      'And away with it',
      'Nothing of the tour stays on this host but its images.',
    );
    audience.command('rcluster down');
  } finally {
    // Not to be interrupted: it is what an interruption is followed by.
    const { removed } = await down(cluster, { emit });
    audience.output({ kind: 'lines', lines: [`removed "${cluster}": ${removed.length} nodes`] });
  }
  return { cluster, elapsedMs: performance.now() - since, steps };
}

/** Hands on what is told, and keeps it. */
function recording(audience: Audience): { telling: Telling; exchanges: readonly Exchange[] } {
  const exchanges: Exchange[] = [];
  let command = '';
  const telling: Telling = {
    command(text) {
      command = text;
      audience.command(text);
    },
    output(output) {
      exchanges.push({ command, output });
      audience.output(output);
    },
  };
  return { telling, exchanges };
}
