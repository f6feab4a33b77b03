import { Command } from 'commander';
import type { Invoke } from './adder.js';
import { addBenchCommand } from './bench-program.js';
import { addClusterCommands } from './cluster-program.js';
import { addDrillCommands } from './drill-program.js';
import { addFaultCommands } from './fault-program.js';
import { addGuidanceCommands } from './guidance-program.js';
import { addLivingCommands } from './living-program.js';
import { addScalingCommands } from './scaling-program.js';
import { addSmokeCommand } from './smoke-program.js';
import { addGeneralOptions } from './vocabulary.js';

const CONFIGURATION_HELP = `
What flags say, rcluster.yaml and RCLUSTER_* variables can say as well: rcluster config --help.`;

/**
 * The whole command line: names, options, help, in the order of the help. What a command does is in commands/.
 *
 * @param invoke called once with what was asked for
 */
export function buildProgram(version: string, invoke: Invoke): Command {
  const program = new Command('rcluster')
    .description(
      'Boots real Redis Clusters in Docker, grows and rebalances them, breaks them on purpose, and measures what a client lost.',
    )
    .version(version)
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText('afterAll', CONFIGURATION_HELP)
    .exitOverride();

  addClusterCommands(program, invoke);
  addScalingCommands(program, invoke);
  addFaultCommands(program, invoke);
  addDrillCommands(program, invoke);
  addSmokeCommand(program, invoke);
  addBenchCommand(program, invoke);
  addLivingCommands(program, invoke);
  addGuidanceCommands(program, invoke);
  addGeneralOptions(program);
  return program;
}
