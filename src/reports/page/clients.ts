import { count, time } from '../figures.js';
import type { DrillRun, ProfileOutcome, ReadTotals, WriteTotals } from '../model.js';
import { html, type Content, type Markup } from './markup.js';
import { alarming, orDash, table, type Column } from './parts.js';

const figure = (title: string): Column => ({ title, isFigure: true });

const LOSSES = ['Writes', 'Failed', 'Lost', 'Ghosts', 'Twice', 'Reads', 'Failed', 'Stale'].map(figure);

/** What the clients of each profile saw: altogether, by latency and by shard. */
export function clients({ profiles }: DrillRun): Markup | null {
  if (profiles.length === 0) return null;
  return html`${totals(profiles)} ${latencies(profiles)} ${shards(profiles)}
  ${profiles.map(settingsAndErrors)}`;
}

function totals(profiles: readonly ProfileOutcome[]): Markup {
  return table(
    'Clients (a ghost: a write that was not acknowledged and is there all the same)',
    [{ title: 'Client' }, figure('Outage'), ...LOSSES, figure('Generator late (p99)')],
    profiles.map((profile) => [
      profile.name,
      time(profile.outageMs),
      ...losses(profile),
      time(profile.schedulingDelayP99Ms),
    ]),
  );
}

function latencies(profiles: readonly ProfileOutcome[]): Markup {
  const figures = ['Requests', 'P50', 'P90', 'P99', 'P99.9', 'Max'].map(figure);
  return table(
    'Latency, from when a request was due to its answer',
    [{ title: 'Client' }, { title: 'Phase' }, ...figures],
    profiles.flatMap(latencyRows),
  );
}

/** The profiles of a shard below each other, for they are what is to be compared. */
function shards(profiles: readonly ProfileOutcome[]): Markup {
  const masters = [...new Set(profiles.flatMap((profile) => profile.shards.map(({ master }) => master)))];
  return table(
    'Shards, by the master that owned them at the start',
    [{ title: 'Shard of' }, { title: 'Client' }, figure('Outage'), figure('First write after'), ...LOSSES],
    masters.flatMap((master) =>
      profiles.flatMap(({ name, shards: all }) =>
        all
          .filter((shard) => shard.master === master)
          .map((shard) => [master, name, time(shard.outageMs), time(shard.firstWriteAtMs), ...losses(shard)]),
      ),
    ),
  );
}

function losses({ writes, reads }: { writes: WriteTotals; reads: ReadTotals }): Content[] {
  return [
    count(writes.attempted),
    count(writes.failed),
    alarming(writes.lost, count(writes.lost)),
    count(writes.unacknowledgedPresent),
    count(writes.duplicated),
    count(reads.attempted),
    count(reads.failed),
    count(reads.stale),
  ];
}

function latencyRows({ name, latency }: ProfileOutcome): Content[][] {
  return (['before', 'during', 'after'] as const).map((phase) => {
    const figures = latency[phase];
    if (figures === null) return [name, phase, '0', ...Array.from({ length: 5 }, () => orDash(null))];
    const { count: requests, p50, p90, p99, p999, max } = figures;
    return [name, phase, count(requests), ...[p50, p90, p99, p999, max].map(time)];
  });
}

function settingsAndErrors({ name, settings, errors }: ProfileOutcome): Markup {
  const set = Object.entries(settings).map(
    ([setting, value]) => html`<li><code>${setting}: ${JSON.stringify(value)}</code></li>`,
  );
  return html`<h5>The ${name} client</h5>
    ${
      set.length === 0
        ? html`<p class="soft">ioredis as it comes.</p>`
        : html`<ul class="settings">
            ${set}
          </ul>`
    }
    ${
      errors.length === 0
        ? html`<p class="soft">No error.</p>`
        : html`<ul class="errors">
            ${errors.map((error) => html`<li><span class="times">${count(error.count)} ×</span> <code>${error.message}</code></li>`)}
          </ul>`
    }`;
}
