import { builder, harmless } from './junit-builder.js';
import { mapText } from './map-text.js';
import type { SmokeReport } from './smoke-model.js';

/** The smoke test as JUnit's XML: one suite, a case a check. */
export function renderSmokeJUnit(report: SmokeReport): string {
  const { cluster, image, startedAt, elapsedMs, checks } = mapText(report, harmless);
  const file = builder.newBuilder().name('rcluster smoke');
  const suite = file
    .testSuite()
    .name('rcluster smoke')
    .timestamp(startedAt)
    .time(elapsedMs / 1000)
    .property('cluster', cluster)
    .property('image', image ?? 'none');
  for (const check of checks) {
    const testCase = suite
      .testCase()
      .className('rcluster smoke')
      .name(check.name)
      .time(check.elapsedMs / 1000);
    if (check.verdict === 'fail') testCase.failure(check.message, 'check');
    else testCase.standardOutput(check.message);
    if (check.verdict === 'skip') testCase.skipped();
  }
  return file.build();
}
