import { writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { messageOf, RclusterError, systemCodeOf } from '../../base/errors.js';
import { plural } from '../../base/format.js';
import { effectiveOptions, optionKey, withoutPassword } from '../../config/effective.js';
import { DEFAULTS } from '../../config/defaults.js';
import {
  environmentLayer,
  FILE_VARIABLE,
  unknownVariables,
  variableIn,
  variablesOf,
} from '../../config/environment.js';
import { isClusterName } from '../../config/home.js';
import { merge } from '../../config/layers.js';
import { checkProject } from '../../config/project-check.js';
import { examineProjectFile, invalidFile, type ProjectFile } from '../../config/project-file.js';
import { findProjectFile, PROJECT_FILE } from '../../config/project-search.js';
import { renderProjectFile } from '../../config/templates.js';
import { commandKey, type CommandWords } from '../../config/vocabulary.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { effectiveText, plannedText } from '../ui/configuration.js';
import type { CommandRun } from './index.js';

/** `config show`, `check` and `init`: what rcluster itself is told. */
export const run: CommandRun = async (context, { args: [action, path], options }) => {
  const named = path ?? (typeof options['config'] === 'string' ? options['config'] : undefined);
  if (action === 'show') return show(context);
  return action === 'check' ? check(context, named) : init(context, named ?? PROJECT_FILE);
};

function show({ ui, cluster, configuration }: CommandContext): number {
  const { file, values } = configuration;
  const vocabulary = configuration.vocabulary();
  const commands = vocabulary.flatMap((command) => ownValues(command, file));
  const document = {
    file: file?.path,
    cluster,
    from: configuration.cluster.origin,
    options: effectiveOptions(cluster, values).map(({ option, value, origin }) => ({
      option,
      value,
      from: origin,
    })),
    commands,
    unknown: unknownVariables(vocabulary),
  };
  for (const text of document.unknown) ui.emit({ type: 'warning', text });
  ui.result(document, () => effectiveText({ ...document, file: file?.shownAs }));
  return EXIT.done;
}

/** What a command is told besides what its cluster shall be. */
function ownValues(command: CommandWords, file: ProjectFile | undefined) {
  const layers = [environmentLayer(command).layer, file?.commands.get(commandKey(command)) ?? new Map()];
  const isGeneral = (name: string, origin: string) => {
    const word = command.options.find((option) => option.name === name.split('.')[0]);
    return word !== undefined && variablesOf(command, word).general === origin;
  };
  return [...merge(layers)]
    .filter(([name, { origin }]) => !isGeneral(name, origin))
    .map(([name, { value, origin }]) => ({
      command: commandKey(command),
      option: optionKey(name),
      value: withoutPassword(value),
      from: origin,
    }));
}

async function check({ ui, configuration }: CommandContext, named: string | undefined): Promise<number> {
  const folder = process.cwd();
  const asked = named ?? variableIn(FILE_VARIABLE);
  const path = asked === undefined ? await findProjectFile(folder) : resolve(asked);
  if (path === undefined) {
    throw new RclusterError('CONFIG_INVALID', `there is no ${PROJECT_FILE} from ${folder} upwards`, {
      hint: 'rcluster config init writes one to begin with',
    });
  }
  const { file, problems } = await examineProjectFile(path, configuration.vocabulary(), folder);
  const report = checkProject(file);
  const all = [...problems, ...report.problems];
  if (all.length > 0) throw invalidFile(file.shownAs, all);
  const { clusters } = report;
  ui.result({ file: path, cluster: file.cluster?.value, clusters }, () =>
    [`${file.shownAs} is right: ${plural(clusters.length, 'cluster')}`, ...plannedText(clusters)].join('\n'),
  );
  return EXIT.done;
}

async function init({ ui }: CommandContext, path: string): Promise<number> {
  const folder = basename(process.cwd()).toLowerCase();
  const name = isClusterName(folder) ? folder : DEFAULTS.cluster;
  try {
    // Never over one that is there.
    await writeFile(path, await renderProjectFile(name, dirname(resolve(path))), { flag: 'wx' });
  } catch (error) {
    const isThere = systemCodeOf(error) === 'EEXIST';
    throw new RclusterError(
      'CONFIG_INVALID',
      isThere ? `${path} is there already` : `${path} cannot be written: ${messageOf(error)}`,
      { hint: isThere ? `rcluster config check ${path} says whether it is right` : undefined, cause: error },
    );
  }
  ui.result(
    { file: resolve(path), cluster: name },
    () => `wrote ${path}; rcluster up boots the cluster "${name}" that it describes`,
  );
  return EXIT.done;
}
