import { masters } from '../../topology.js';
import { finding, type Check } from '../finding.js';

/** With fewer there is no majority left when one fails (https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/). */
const LEAST_MASTERS = 3;

export const mastersAreEnough: Check = {
  title: `at least ${LEAST_MASTERS} masters, and an odd number of them`,
  judge: ({ topology, lab }) => {
    const count = masters(topology).filter(({ slots }) => slots.length > 0).length;
    const grow = lab === undefined ? 'add a master, and move slots to it' : 'rcluster add-master';
    if (count < LEAST_MASTERS) {
      return [
        finding({
          code: 'TOO_FEW_MASTERS',
          severity: 'error',
          message: `${count === 1 ? '1 master owns' : `${count} masters own`} slots`,
          why: 'A replica is promoted by a majority of the masters: when one of fewer than 3 fails, there is none.',
          mend: grow,
        }),
      ];
    }
    if (count % 2 === 1) return [];
    return [
      finding({
        code: 'MASTERS_EVEN',
        severity: 'note',
        message: `${count} masters own slots, an even number`,
        why: `${count} masters survive no more failures at a time than ${count - 1}, and a partition into halves stops both of them.`,
        mend: `${grow}, or leave it so where masters never part into halves`,
      }),
    ];
  },
};
