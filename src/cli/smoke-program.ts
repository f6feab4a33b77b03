import type { Command } from 'commander';
import { DEFAULTS } from '../config/defaults.js';
import { adderTo, MEASURING, type Invoke } from './adder.js';
import { json, runtimeOption } from './option-groups.js';

export function addSmokeCommand(program: Command, invoke: Invoke): void {
  const add = adderTo(program, invoke, MEASURING);

  json(
    add(
      'smoke',
      'smoke',
      'boot, use, break, mend and grow a cluster of its own, and take it down: pass or fail',
      [
        'rcluster smoke',
        'rcluster smoke --image redis:7.2 --junit smoke.xml',
        'rcluster smoke --runtime process --max-outage 5',
      ],
    ),
  )
    .option('--junit <file>', 'write a report for CI there: one case a check')
    .option('--max-outage <seconds>', 'how long writes may fail after a kill (default: 2)')
    .option('--image <image>', `the image (default: ${DEFAULTS.image})`)
    .option('--masters <count>', `masters, 3 or more (default: ${DEFAULTS.masters})`)
    .option('--replicas <count>', `replicas of each master (default: ${DEFAULTS.replicas})`)
    .option('--node-timeout <ms>', 'cluster-node-timeout (default: 400, more for more than 17 nodes)')
    .addOption(runtimeOption())
    .option('--redis-server <path>', 'the server that the process runtime runs')
    .option('--debug', 'print stack traces');
}
