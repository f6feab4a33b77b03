import { readFile, readdir } from 'node:fs/promises';
import { RclusterError, systemCodeOf } from '../base/errors.js';
import { packageFile } from './home.js';
import { suggestion } from './nearest.js';
import { inconsistenciesOf, problemsIn } from './scenario-problems.js';
import { scenarioSchema } from './scenario-schema.js';
import type { Scenario } from './scenario.js';
import { readYaml } from './written.js';

const FOLDER = packageFile('templates', 'drills');

export interface ScenarioFile {
  readonly scenario: Scenario;
  /** As it was written. */
  readonly text: string;
}

/** The names of the scenarios that are shipped, in the order of the alphabet. */
export async function shippedScenarios(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** What each of them is called, and what it answers. */
export async function scenarioList(): Promise<Pick<Scenario, 'name' | 'question'>[]> {
  const files = await Promise.all((await shippedScenarios()).map(readScenario));
  return files.map(({ scenario: { name, question } }) => ({ name, question }));
}

/**
 * A scenario that is shipped, by its name, or one in a file.
 *
 * @throws CONFIG_INVALID when there is none, or with everything that is wrong with it
 */
export async function readScenario(nameOrFile: string): Promise<ScenarioFile> {
  const shipped = await shippedScenarios();
  const isShipped = shipped.includes(nameOrFile);
  const path = isShipped ? packageFile('templates', 'drills', `${nameOrFile}.yaml`) : nameOrFile;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = systemCodeOf(error) === 'ENOENT' ? '' : `: ${systemCodeOf(error) ?? 'it cannot be read'}`;
    throw new RclusterError(
      'CONFIG_INVALID',
      `no scenario is called "${nameOrFile}", and no file${why}${suggestion(nameOrFile, shipped)}`,
      { hint: 'rcluster drill list shows the scenarios that there are', cause: error },
    );
  }
  return { scenario: parseScenario(text, nameOrFile), text };
}

/** @param source what the text is called in an error. @throws CONFIG_INVALID with every problem at once */
export function parseScenario(text: string, source: string): Scenario {
  const written = readYaml(text);
  if ('problems' in written) throw invalid(source, written.problems);
  const parsed = scenarioSchema.safeParse(written.value);
  if (!parsed.success) throw invalid(source, problemsIn(parsed.error, written.value));
  const inconsistencies = inconsistenciesOf(parsed.data);
  if (inconsistencies.length > 0) throw invalid(source, inconsistencies);
  return parsed.data;
}

function invalid(source: string, problems: readonly string[]): RclusterError {
  const many = problems.length === 1 ? 'is wrong' : `has ${problems.length} problems`;
  return new RclusterError('CONFIG_INVALID', `scenario ${source} ${many}`, {
    details: problems,
    hint: 'rcluster drill show NAME prints one that is right',
  });
}
