import { readScenario, scenarioList } from '../../config/scenario-file.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { scenariosText } from '../ui/drills.js';
import { runDrillCommand } from './drill-run.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async (context, invocation) => {
  const [action, scenario = ''] = invocation.args;
  switch (action) {
    case 'list':
      return list(context);
    case 'show':
      return show(context, scenario);
    default:
      return runDrillCommand(context, scenario, invocation.options);
  }
};

async function list({ ui }: CommandContext): Promise<number> {
  const scenarios = await scenarioList();
  ui.result({ scenarios }, () => scenariosText(scenarios));
  return EXIT.done;
}

async function show({ ui }: CommandContext, name: string): Promise<number> {
  const { scenario, text } = await readScenario(name);
  if (ui.options.json) ui.result({ scenario, text }, () => '');
  else ui.printFile(text);
  return EXIT.done;
}
