import { isUnseen } from '../facts.js';
import { finding, type Check } from '../finding.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Long enough for settings, versions and clients to have changed. */
const LATELY_DAYS = 30;

export const drillPassed: Check = {
  title: `a failover drill passed in the last ${LATELY_DAYS} days`,
  judge: ({ drill, now }) => {
    if (drill !== null && isUnseen(drill)) return drill;
    const why =
      'A failover that was never tried is a hope: whether clients get over it shows in a drill, or at night.';
    const mend = 'rcluster drill run kill-master';
    if (drill === null) {
      return [
        finding({
          code: 'DRILL_MISSING',
          severity: 'warning',
          message: 'no failover drill has passed yet on this cluster',
          why,
          mend,
        }),
      ];
    }
    const days = Math.floor((now - drill.at) / DAY_MS);
    if (days <= LATELY_DAYS) return [];
    return [
      finding({
        code: 'DRILL_OLD',
        severity: 'warning',
        message: `the last failover drill that passed, ${drill.name}, was ${days} days ago`,
        why,
        mend,
      }),
    ];
  },
};
