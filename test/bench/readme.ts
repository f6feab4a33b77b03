import { readFile, writeFile } from 'node:fs/promises';
import { ERROR_CODES } from '../../src/index.js';
import { scenarioList } from '../../src/config/scenario-file.js';
import { kept, table, type Kept } from './measure.js';

const README = new URL('../../README.md', import.meta.url);

/** Writes the kept figures, and the error codes, into the README's marked sections. */
export async function updateReadme(suites: readonly string[]): Promise<void> {
  const results = (await Promise.all(suites.map(kept))).filter((result) => result !== undefined);
  const sections = {
    figures: figures(results),
    errors: errorTable(),
    scenarios: await scenarioTable(),
  };
  let text = await readFile(README, 'utf8');
  for (const [name, content] of Object.entries(sections)) {
    const pattern = new RegExp(`(<!-- ${name}:start -->\n)[^]*?(<!-- ${name}:end -->)`);
    text = text.replace(pattern, (_, start: string, end: string) => `${start}${content}\n${end}`);
  }
  await writeFile(README, text);
}

function figures(results: readonly Kept[]): string {
  const suitesAt = new Map<string, string[]>();
  for (const { suite, environment } of results) {
    const { date, cpu, memory, docker, node } = environment;
    const where = `on ${date} (${cpu}, ${memory}, Docker ${docker}, Node.js ${node})`;
    suitesAt.set(where, [...(suitesAt.get(where) ?? []), suite]);
  }
  const places = [...suitesAt].map(([where, suites]) => `${suites.join(', ')} ${where}`);
  const line = `Measured by \`npm run bench\`: ${places.join('; ')}. Medians, each beside its peer in the same run.`;
  return [line, '', table(results.flatMap(({ rows }) => rows))].join('\n');
}

function errorTable(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { exit, meaning }]) => `| \`${code}\` | ${exit} | ${meaning} |`,
  );
  return ['| code | exit | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

async function scenarioTable(): Promise<string> {
  const rows = (await scenarioList()).map(({ name, question }) => `| \`${name}\` | ${question} |`);
  return ['| scenario | what it answers |', '| --- | --- |', ...rows].join('\n');
}
