import { keep, table, type Suite } from './measure.js';
import { updateReadme } from './readme.js';
import { bootSuite } from './suites/boot.js';
import { drillsSuite } from './suites/drills.js';
import { failoverSuite } from './suites/failover.js';
import { growthSuite } from './suites/growth.js';
import { largeSuite } from './suites/large.js';
import { loadSuite } from './suites/load.js';
import { migrationSuite } from './suites/migration.js';
import { singleSlotSuite } from './suites/single-slot.js';
import { startupSuite } from './suites/startup.js';
import { steadySuite } from './suites/steady.js';

const SUITES: readonly Suite[] = [
  startupSuite,
  bootSuite,
  failoverSuite,
  steadySuite,
  migrationSuite,
  singleSlotSuite,
  growthSuite,
  drillsSuite,
  loadSuite,
  largeSuite,
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => SUITES.every((suite) => suite.name !== name));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are ${SUITES.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const suite of SUITES.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    console.log(`\n## ${suite.name}\n`);
    const rows = await suite.run((line) => console.error(line));
    if (rows.length === 0) continue;
    await keep(suite.name, rows);
    console.log(table(rows));
  }
  await updateReadme(SUITES.map(({ name }) => name));
}
