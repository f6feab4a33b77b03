import type { Command } from 'commander';
import { METRICS } from '../config/expectation.js';
import { MEASURING, type Invoke } from './adder.js';
import { collect, common, examplesText, json } from './option-groups.js';

const EXPECTATION_HELP = `
An EXPECTATION reads METRIC < VALUE, also <=, >, >=, == and !=. There is:
${Object.entries(METRICS)
  .map(([name, { meaning }]) => `  ${name.padEnd(17)} ${meaning}`)
  .join('\n')}
outage, counts and latencies may be of one client profile, default or tuned, and latencies of one phase:
outage(default) < 5s, p99(tuned, after) < 20ms. What was not measured is never as expected.

Exit code: 0 passed; 1 an expectation was missed, or a step failed; 3 skipped, since a fault cannot be injected
here or the cluster is too small; 5 a fault could not be healed.`;

/** The commands of drills: one word with several below it. */
export function addDrillCommands(program: Command, invoke: Invoke): void {
  const drill = program
    .command('drill')
    .description('break the cluster as a scenario says while clients go on, and measure what they lost')
    .helpGroup(MEASURING)
    .exitOverride();
  const add = (action: string, usage: string, description: string, examples: readonly string[]): Command => {
    const command = drill
      .command(usage)
      .description(description)
      .exitOverride()
      .addHelpText('after', examplesText(examples))
      .action(async () =>
        invoke({ command: 'drill', args: [action, ...command.args], options: command.opts() }),
      );
    return command;
  };
  const list = ['rcluster drill list', 'rcluster drill list --json | jq -r .scenarios[].name'];
  const show = ['rcluster drill show kill-master', 'rcluster drill show kill-master > my-drill.yaml'];
  const run = [
    'rcluster drill run kill-master',
    'rcluster drill run kill-master --runs 20 --seed 7 --html report.html',
    "rcluster drill run isolate-master --expect 'lost == 0'",
    'rcluster drill run my-drill.yaml --junit drill.xml --markdown drill.md',
  ];
  drill.addHelpText('after', examplesText([list, show, run].map(([first = '']) => first)));
  json(add('list', 'list', 'list the scenarios that there are', list)).option(
    '--debug',
    'print stack traces',
  );
  json(add('show', 'show <scenario>', 'print a scenario, to begin an own one with', show)).option(
    '--debug',
    'print stack traces',
  );
  common(add('run', 'run <scenario>', 'run a scenario, by its name or from a file', run))
    .option('--runs <count>', 'how often (default: 1)')
    .option('--seed <seed>', 'of everything that is left to chance, to run the same drill again')
    .option('--expect <expectation>', 'expect this as well; repeatable', collect)
    .option('--rate <rate>', 'requests a second, of all clients together')
    .option('--clients <count>', 'clients of each profile')
    .option('--read-ratio <ratio>', 'the share of reads, from 0 to below 1')
    .option('--value-size <size>', 'of each value, such as 1kb')
    .option('--keys <count>', 'how many keys')
    .option('--hash-tags', 'let several keys share a slot')
    .option('--wait-replicas <count>', 'WAIT for so many replicas after each write')
    .option('--junit <file>', 'write a report for CI there: one case an expectation')
    .option('--markdown <file>', 'write a report for a pull request there')
    .option('--html <file>', 'write a report as one page there')
    .option('--allow-unhealthy', 'begin although something is wrong with the cluster')
    .option('--i-know-this-is-not-a-lab <name>', 'drill this cluster although rcluster did not make it')
    .addHelpText('after', EXPECTATION_HELP);
}
