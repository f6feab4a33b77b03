import { Option, type Command } from 'commander';
import { adderTo, type Invoke } from './adder.js';
import { DEFAULTS } from '../config/defaults.js';
import { common, json, runtimeOption } from './option-groups.js';

const DOCTOR_HELP = `
Exit code: 0 when there is nothing worse than warnings; 1 when there are errors.

The password of a cluster at --url is taken from REDISCLI_AUTH, or from redis://USER:PASSWORD@HOST:PORT, which
other users of this host can see while the command runs.`;

/** The commands that show and explain. */
export function addGuidanceCommands(program: Command, invoke: Invoke): void {
  const add = adderTo(program, invoke, 'Advice:');

  common(
    add(
      'doctor',
      'doctor',
      'go through the production checklist: what is wrong, why it matters, and how to mend it',
      [
        'rcluster doctor',
        'rcluster doctor --fix',
        'rcluster doctor --url redis://10.0.0.7:6379',
        'rcluster doctor --markdown',
        "rcluster doctor --json | jq '.findings[] | {code, nodes}'",
      ],
    ),
  )
    .option('--fix', 'first do what a CONFIG SET mends, and write it into redis.conf')
    .option('--url <url>', 'look at a cluster that rcluster did not make, by way of any of its nodes')
    .addOption(new Option('--markdown', 'print Markdown').conflicts('json'))
    .addHelpText('after', DOCTOR_HELP);

  json(
    add('tour', 'tour', 'a guided tour of Redis Cluster, on a cluster of its own that is gone afterwards', [
      'rcluster tour',
      'rcluster tour --auto',
      'rcluster tour --runtime process',
    ]),
  )
    .option('--auto', 'go on without waiting for Enter')
    .option('--image <image>', `the image (default: ${DEFAULTS.image})`)
    .addOption(runtimeOption())
    .option('--redis-server <path>', 'the server that the process runtime runs')
    .option('--debug', 'print stack traces');
}
