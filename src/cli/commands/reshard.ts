import type { ReshardOptions } from '../../config/scaling-schema.js';
import { planReshardOf, reshard } from '../../operations/scaling/reshard.js';
import { movedText } from '../ui/scaling.js';
import { scalingCommand } from './scaling.js';

type Options = Readonly<Record<string, unknown>>;
const asAsked = (options: Options) => options as unknown as ReshardOptions;

export const run = scalingCommand({
  plan: ({ cluster, options }) => planReshardOf(cluster, asAsked(options)),
  execute: ({ cluster, options }, activity) => reshard(cluster, asAsked(options), activity),
  summary: (result) => movedText(result),
});
