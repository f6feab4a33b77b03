import { Option, type Command } from 'commander';
import { DEFAULTS } from '../config/defaults.js';
import { DISTRIBUTIONS } from '../config/bench-schema.js';
import { adderTo, MEASURING, type Invoke } from './adder.js';
import { common, runtimeOption } from './option-groups.js';

const EXAMPLES = [
  'rcluster bench',
  'rcluster bench --workload pipeline --ops 1000000',
  'rcluster bench --workload mixed --rate 5000 --duration 30s --distribution zipf',
  'rcluster bench --engine redis-benchmark',
  'rcluster bench --compare single,3,6,10 --html scaling.html',
  'rcluster bench --save main.json',
  'rcluster bench --against main.json --tolerance 15',
];

const HELP = `
A WORKLOAD is set, get, mixed (80 % GET, 20 % SET), incr, mget (10 keys), pipeline (SET, 16 deep),
or a YAML file such as  mix: { get: 80, set: 15, incr: 5 }  which may also say what the flags do.

grouped keys are those of redis-benchmark since 7.4: a pipeline's share a slot, which is cheaper for a node than keys
from all over the keyspace. With --engine redis-benchmark ours are as many and as far apart as the tool's.

Without --rate it is a closed loop: each client sends as soon as it has its answer. With it an open loop:
requests are due at that rate, and latency counts from when they were due.

The keys stay in the cluster: key:*, and of incr counter:*.

Exit code: 0 measured; 1 worse than --against by more than --tolerance, or the cluster does not serve every slot.`;

/** `bench` has options enough for a file of its own. */
export function addBenchCommand(program: Command, invoke: Invoke): void {
  const command = adderTo(program, invoke, MEASURING)(
    'bench',
    'bench',
    'measure what the cluster does under load, what that costs, and whether it scales',
    EXAMPLES,
  );
  common(command)
    .option('--workload <name>', 'set, get, mixed, incr, mget, pipeline, or a file (default: set)')
    .addOption(new Option('--ops <count>', 'end after so many requests').conflicts('duration'))
    .option('--duration <time>', 'end after this time (default: 10s)')
    .option('--rate <rate>', 'requests a second, of all clients together (default: as many as there can be)')
    .option('--clients <count>', 'clients, each with connections of its own (default: 50)')
    .option('--pipeline <depth>', 'requests that a client sends together (default: 1)')
    .option('--value-size <size>', 'of each value, or a range such as 64-4kb (default: 100)')
    .option('--keyspace <count>', 'how many keys (default: 100000)')
    .addOption(
      new Option('--distribution <name>', 'which keys are asked for (default: uniform)').choices([
        ...DISTRIBUTIONS,
      ]),
    )
    .option('--hash-tags', 'key:{tag}:N, where several keys share a slot')
    .option('--threads <count>', 'threads of the load (default: one for two cores, 4 at most)')
    .option('--warm-up <time>', 'the same load before, off the record (default: 1s)')
    .option('--seed <seed>', 'of everything that is left to chance (default: 1)')
    .addOption(
      new Option(
        '--engine <tool>',
        "run the server's own tool as well, to see what our client costs",
      ).choices(['redis-benchmark']),
    )
    .option(
      '--compare <topologies>',
      'boot each in rounds, and no other cluster: single, and numbers of masters',
    )
    .option('--rounds <count>', 'of --compare (default: 3)')
    .option('--replicas <count>', 'of each master, of --compare (default: 0)')
    .option('--image <image>', `of --compare (default: ${DEFAULTS.image})`)
    .option('--persistence <kind>', `aof, rdb or none, of --compare (default: ${DEFAULTS.persistence})`)
    .option('--maxmemory <size>', 'of each master, of --compare (default: none)')
    .addOption(runtimeOption())
    .option('--redis-server <path>', 'the server that the process runtime runs')
    .option('--save <file>', 'write the report as JSON there; without --compare for a later --against')
    .option('--against <file>', 'exit 1 when worse than the report there')
    .option('--tolerance <percent>', 'of --against (default: 10)')
    .option('--html <file>', 'write a report as one page there')
    .option('--markdown <file>', 'write a report for a pull request there')
    .option('--csv <file>', 'write the figures there, a row each')
    .option(
      '--announced',
      'by the addresses that clients are told, although a shorter way leads to the nodes',
    )
    .addHelpText('after', HELP);
}
