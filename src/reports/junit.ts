import type { TestCase, TestSuite } from 'junit-report-builder';
import { moment, time } from './figures.js';
import { builder, harmless } from './junit-builder.js';
import { mapText } from './map-text.js';
import type { DrillReport, DrillRun, Environment, ExpectationResult } from './model.js';
import { phasesOf } from './outcome.js';

/**
 * The report as JUnit's XML, which GitHub, GitLab and Jenkins read: a suite a run, a case an expectation. A run that broke
 * has an error besides, so that it fails even where nothing was expected of it.
 */
export function renderJUnit(report: DrillReport): string {
  const safe = mapText(report, harmless);
  const file = builder.newBuilder().name(safe.drill);
  if (safe.skipped !== null) {
    const suite = suiteOf(file.testSuite(), safe.drill, safe);
    suite.testCase().className(safe.drill).name(safe.question).standardOutput(safe.skipped).skipped();
  }
  for (const run of safe.runs) {
    const suite = suiteOf(file.testSuite(), `${safe.drill} run ${run.number}`, safe)
      .timestamp(run.startedAt)
      .time(run.elapsedMs / 1000);
    const results = safe.expectations.filter((result) => result.run === run.number);
    for (const result of results) {
      // The names have to differ for those who compare one build with the next.
      const name = safe.runs.length === 1 ? result.text : `${result.text} (run ${run.number})`;
      expectationCase(suite.testCase().className(safe.drill).name(name), result, run);
    }
    if (run.error !== null || results.length === 0) wholeCase(suite.testCase().className(safe.drill), run);
  }
  return file.build();
}

function suiteOf(suite: TestSuite, name: string, { environment }: DrillReport): TestSuite {
  suite.name(name);
  for (const [property, value] of propertiesOf(environment)) suite.property(property, value);
  return suite;
}

function expectationCase(
  testCase: TestCase,
  { text, measured, verdict }: ExpectationResult,
  run: DrillRun,
): void {
  if (verdict === 'skip') testCase.standardOutput(measured ?? 'not measured').skipped();
  if (verdict !== 'fail') return;
  testCase.failure(`expected ${text}, measured ${measured ?? 'nothing'}`, 'expectation');
  testCase.stacktrace(account(run));
}

function wholeCase(testCase: TestCase, { number, error }: DrillRun): void {
  testCase.name(`run ${number} goes through`);
  if (error !== null) testCase.error(error, 'run');
}

/** What somebody wants to know who sees nothing but the failure. */
function account(run: DrillRun): string {
  const phases = phasesOf(run).map(({ name, measuredMs }) => `${name} ${time(measuredMs)}`);
  const { attempted, acknowledged, failed, lost } = run.writes;
  return [
    `struck: ${run.victim ?? '-'}, promoted: ${run.promoted ?? '-'}`,
    phases.join(', '),
    `writes: ${attempted} attempted, ${acknowledged} acknowledged, ${failed} failed, ${lost} lost`,
    ...run.remarks,
    '',
    ...run.timeline.map(({ atMs, node, event }) => `${moment(atMs).padStart(10)}  ${node}  ${event}`),
  ].join('\n');
}

function propertiesOf(environment: Environment): [string, string][] {
  const { settings, load, versions, ...rest } = environment;
  const flat = (prefix: string, record: object) =>
    Object.entries(record).map(([name, value]): [string, string] => [`${prefix}${name}`, String(value)]);
  return [
    ...flat('', rest),
    ...flat('load.', load),
    ...flat('settings.', settings),
    ...flat('versions.', versions),
  ];
}
