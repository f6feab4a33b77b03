import { readFile, writeFile } from 'node:fs/promises';
import { ERROR_CODES } from '../../src/index.js';
import { kept, table, type Kept } from './measure.js';

const README = new URL('../../README.md', import.meta.url);

/** Writes the kept figures, and the error codes, into the README's marked sections. */
export async function updateReadme(suites: readonly string[]): Promise<void> {
  const results = (await Promise.all(suites.map(kept))).filter((result) => result !== undefined);
  const sections = { figures: figures(results), errors: errorTable() };
  let text = await readFile(README, 'utf8');
  for (const [name, content] of Object.entries(sections)) {
    const pattern = new RegExp(`(<!-- ${name}:start -->\n)[^]*?(<!-- ${name}:end -->)`);
    text = text.replace(pattern, (_, start: string, end: string) => `${start}${content}\n${end}`);
  }
  await writeFile(README, text);
}

function figures(results: readonly Kept[]): string {
  const { date, cpu, memory, docker, node } = results[0]?.environment ?? {};
  const where = `Measured by \`npm run bench\` on ${date} (${cpu}, ${memory}, Docker ${docker}, Node.js ${node}); medians, each beside its peer in the same run.`;
  return [where, '', table(results.flatMap(({ rows }) => rows))].join('\n');
}

function errorTable(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { exit, meaning }]) => `| \`${code}\` | ${exit} | ${meaning} |`,
  );
  return ['| code | exit | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
