'use strict';

// Draws what the page of a report cannot show without a script: the plots of each run, their cursor, and their figures
// as a table. Everything that it shows comes out of #report-data and goes in as text.
(() => {
  // The margins of the lanes in report.css.
  const GUTTER = 56;
  const MARGIN = 20;
  const TIME_AXIS_HEIGHT = 28;
  const LABEL_HEIGHT = 15;
  // As report.css has it for print.
  const PAPER_WIDTH = 680;
  const PHASES = ['detect', 'elect', 'recover'];
  const LABELS = { injected: 'fault', failed: 'FAIL', promoted: 'promoted', healed: 'healed' };

  const METRICS = {
    throughput: { height: 210, hasLabels: true, lines: [{ of: (point) => perSecond(point, point.ok) }] },
    errors: { height: 120, lines: [{ of: (point) => perSecond(point, point.errors), isFilled: true }] },
    latency: {
      height: 180,
      isLogarithmic: true,
      lines: [{ of: ({ p99 }) => p99 }, { of: ({ p50 }) => p50, dash: [4, 4] }],
    },
  };

  const report = JSON.parse(document.getElementById('report-data').textContent);
  const drawn = new Map();

  const perSecond = ({ bucketMs }, requests) => (requests * 1000) / bucketMs;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
  const moment = (ms) => `${ms > 0 ? '+' : ''}${Math.round(ms).toLocaleString('en-US')} ms`;
  const figure = (value) =>
    value === null || value === undefined ? '-' : value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  const seriesColour = (index) => colour(`series-${(index % 4) + 1}`);

  for (const section of document.querySelectorAll('[data-run]')) {
    const run = report.runs.find(({ number }) => String(number) === section.dataset.run);
    const open = () => {
      if (section.open && !drawn.has(section)) drawn.set(section, drawRun(section, run));
    };
    section.addEventListener('toggle', open);
    open();
    const figures = section.querySelector('.figures-table');
    figures.addEventListener('toggle', () => {
      if (figures.open && figures.querySelector('table') === null) figures.append(tableOf(run));
    });
  }

  function drawRun(section, run) {
    const plots = [...section.querySelectorAll('.plot')].map((place) => drawPlot(section, run, place));
    const group = section.querySelector('.plots');
    if (group === null) return plots;
    group.addEventListener('keydown', (event) => moveCursor(event, plots));
    new ResizeObserver(() => resize(plots, undefined)).observe(group);
    return plots;
  }

  function drawPlot(section, run, place) {
    const metric = METRICS[place.dataset.metric];
    const { from, to } = section.querySelector('.over-time').dataset;
    const rows = metric.hasLabels ? labelRows(run, place.clientWidth, Number(from), Number(to)) : [];
    const tables = run.profiles.flatMap(({ series }) =>
      metric.lines.map((line) => [series.map(({ atMs }) => atMs), series.map((point) => line.of(point))]),
    );
    const series = run.profiles.flatMap((profile, index) =>
      metric.lines.map((line) => ({
        stroke: () => seriesColour(index),
        fill: line.isFilled ? () => `${seriesColour(index)}33` : undefined,
        dash: line.dash,
        width: line.dash === undefined ? 2 : 1,
        points: { show: false },
        spanGaps: false,
      })),
    );
    const plot = new uPlot(
      {
        width: place.clientWidth,
        height: metric.height,
        padding: [metric.hasLabels ? rows.depth * LABEL_HEIGHT + 6 : 8, MARGIN, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false },
          sync: { key: `run-${run.number}` },
          points: { size: 7 },
        },
        scales: {
          x: { time: false, range: () => [Number(from), Number(to)] },
          y: metric.isLogarithmic
            ? { distr: 3, range: wholePowersOfTen }
            : { range: (_, least, most) => [0, Math.max(1, most) * 1.05] },
        },
        axes: [
          axis({
            values: (_, ticks) => ticks.map((ms) => `${ms > 0 ? '+' : ''}${ms / 1000} s`),
            space: 60,
            size: TIME_AXIS_HEIGHT,
          }),
          axis({
            size: GUTTER,
            grid: grid(metric.isLogarithmic ? powersOfTen : undefined),
            values: (_, ticks) =>
              ticks.map((value) => (value === null ? null : value.toLocaleString('en-US'))),
          }),
        ],
        series: [{}, ...series],
        hooks: {
          drawClear: [(self) => shadePhases(self, run)],
          draw: [(self) => drawMarkers(self, run, rows)],
          setCursor: [(self) => readOut(section, run, self.cursor.idx)],
        },
      },
      uPlot.join(tables.length === 0 ? [[[0], [null]]] : tables),
      place,
    );
    return plot;
  }

  function axis(more) {
    return {
      stroke: () => colour('soft'),
      grid: grid(undefined),
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
      ...more,
    };
  }

  function grid(filter) {
    return { stroke: () => colour('line'), width: 1, ...(filter && { filter }) };
  }

  function powersOfTen(_, splits) {
    return splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
  }

  function wholePowersOfTen(_, least, most) {
    return least === null ? [1, 1000] : uPlot.rangeLog(least, most, 10, true);
  }

  // What the vertical lines stand for. Of the first writes, the last one of each client: all shards are back then.
  function markersOf(run) {
    const markers = run.timeline
      .filter(({ kind }) => kind in LABELS)
      .map(({ atMs, kind }) => ({ atMs, label: LABELS[kind] }));
    const writes = new Map();
    for (const { kind, node, atMs } of run.timeline) if (kind === 'first-write') writes.set(node, atMs);
    for (const [node, atMs] of writes)
      markers.push({ atMs, label: `writes: ${node.replace(/^client \((.*)\)$/, '$1')}` });
    return markers.sort((a, b) => a.atMs - b.atMs);
  }

  // Each label in the highest row in which it touches none before it.
  function labelRows(run, width, from, to) {
    const ends = [];
    const rows = markersOf(run).map(({ atMs, label }) => {
      const x = ((atMs - from) / (to - from)) * (width - GUTTER - MARGIN);
      const free = ends.findIndex((end) => end < x);
      const row = free === -1 ? ends.length : free;
      ends[row] = x + label.length * 6.5 + 12;
      return row;
    });
    rows.depth = ends.length;
    return rows;
  }

  function shadePhases(self, run) {
    if (PHASES.some((phase) => run[`${phase}Ms`] === null)) return;
    const { ctx, bbox } = self;
    let atMs = 0;
    ctx.save();
    ctx.globalAlpha = 0.18;
    for (const phase of PHASES) {
      const left = self.valToPos(atMs, 'x', true);
      atMs += run[`${phase}Ms`];
      ctx.fillStyle = colour(phase);
      ctx.fillRect(left, bbox.top, self.valToPos(atMs, 'x', true) - left, bbox.height);
    }
    ctx.restore();
  }

  function drawMarkers(self, run, rows) {
    const { ctx, bbox } = self;
    const ratio = uPlot.pxRatio;
    ctx.save();
    ctx.font = `${12 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    ctx.strokeStyle = colour('ink');
    ctx.fillStyle = colour('ink');
    ctx.lineWidth = ratio;
    markersOf(run).forEach(({ atMs, label }, index) => {
      const x = Math.round(self.valToPos(atMs, 'x', true));
      const hasLabel = rows[index] !== undefined;
      const top = bbox.top - (hasLabel ? (rows[index] + 1) * LABEL_HEIGHT * ratio : 0);
      ctx.globalAlpha = 0.45;
      ctx.setLineDash([3 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.globalAlpha = 1;
      if (!hasLabel) return;
      // Where it would leave the plot, it stands on the line's other side.
      const isAtEnd = x + ctx.measureText(label).width > bbox.left + bbox.width + MARGIN * ratio;
      ctx.textAlign = isAtEnd ? 'right' : 'left';
      ctx.fillText(label, x + (isAtEnd ? -3 : 3) * ratio, top + LABEL_HEIGHT * ratio);
    });
    ctx.restore();
  }

  function readOut(section, run, index) {
    const place = section.querySelector('.readout');
    const at = index === null || index === undefined ? undefined : momentsOf(run)[index];
    if (at === undefined) return;
    const profiles = run.profiles.map(({ name, series }) => {
      const point = series.find(({ atMs }) => atMs === at);
      if (point === undefined) return `${name}: -`;
      const [ok, errors] = [perSecond(point, point.ok), perSecond(point, point.errors)];
      return `${name}: ${figure(ok)}/s, ${figure(errors)} errors/s, p99 ${figure(point.p99)} ms`;
    });
    place.textContent = `${moment(at)}  ·  ${profiles.join('  ·  ')}`;
  }

  // The x axis that uPlot.join makes of all series.
  function momentsOf(run) {
    const moments = new Set(run.profiles.flatMap(({ series }) => series.map(({ atMs }) => atMs)));
    return [...moments].sort((a, b) => a - b);
  }

  function moveCursor(event, plots) {
    const [first] = plots;
    const moments = first.data[0];
    const index = first.cursor.idx ?? moments.findIndex((atMs) => atMs >= 0);
    const target = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      PageUp: index - 10,
      PageDown: index + 10,
      Home: 0,
      End: moments.length - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const atMs = moments[Math.min(moments.length - 1, Math.max(0, target))];
    // Synced cursors move along with the mouse alone.
    for (const plot of plots)
      plot.setCursor({ left: plot.valToPos(atMs, 'x'), top: plot.over.clientHeight / 2 });
  }

  function tableOf(run) {
    const scroll = document.createElement('div');
    scroll.className = 'scroll';
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', `Figures of run ${run.number} over time`);
    const table = scroll.appendChild(document.createElement('table'));
    const row = (parent, scope, cells) => {
      const line = parent.appendChild(document.createElement('tr'));
      cells.forEach((text, index) => {
        const cell = document.createElement(index === 0 || scope === 'col' ? 'th' : 'td');
        if (cell.tagName === 'TH') cell.scope = scope;
        cell.className = 'figure';
        cell.textContent = text;
        line.append(cell);
      });
    };
    const titles = ['ok/s', 'errors/s', 'p50 ms', 'p99 ms'];
    row(table.createTHead(), 'col', [
      'at',
      ...run.profiles.flatMap(({ name }) => titles.map((title) => `${name} ${title}`)),
    ]);
    const body = table.createTBody();
    for (const at of momentsOf(run))
      row(body, 'row', [
        moment(at),
        ...run.profiles.flatMap(({ series }) => {
          const point = series.find(({ atMs }) => atMs === at);
          if (point === undefined) return titles.map(() => '-');
          return [perSecond(point, point.ok), perSecond(point, point.errors), point.p50, point.p99].map(
            figure,
          );
        }),
      ]);
    return scroll;
  }

  function resize(plots, width) {
    for (const plot of plots) {
      const place = plot.root.parentElement;
      const size = { width: width ?? place.clientWidth, height: METRICS[place.dataset.metric].height };
      if (size.width > 0 && size.width !== plot.width) plot.setSize(size);
    }
  }

  function redraw() {
    for (const plots of drawn.values()) for (const plot of plots) plot.redraw(false, true);
  }

  // A link to a run leads to what is in it.
  function openTarget() {
    const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
    if (target?.dataset.run !== undefined) target.open = true;
  }

  openTarget();
  addEventListener('hashchange', openTarget);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => {
    document.documentElement.classList.add('printing');
    for (const plots of drawn.values()) resize(plots, PAPER_WIDTH);
    redraw();
  });
  addEventListener('afterprint', () => {
    document.documentElement.classList.remove('printing');
    for (const plots of drawn.values()) resize(plots, undefined);
    redraw();
  });
})();
