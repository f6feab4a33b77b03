import { plural } from '../../base/format.js';
import { doctor } from '../../operations/checkup/doctor.js';
import { exchange, type TourStep } from '../step.js';

export const checklist: TourStep = {
  title: 'The checklist',
  teaches: 'What a cluster needs before it may carry anything that matters, looked at instead of read.',
  async run(stage, telling) {
    const report = await exchange(
      telling,
      'rcluster doctor',
      () => doctor(stage.cluster, {}, stage.activity),
      (outcome) => ({ kind: 'checkup', report: outcome }),
    );
    const fine = report.checks.filter(({ result }) => result === 'ok').length;
    const notes = report.findings.filter(({ severity }) => severity === 'note').length;
    return `${fine} of ${plural(report.checks.length, 'check')} found nothing. ${plural(notes, 'note')} ${notes === 1 ? 'is' : 'are'} about what is right for a laboratory alone; rcluster doctor --url redis://HOST:PORT looks at yours.`;
  },
};
