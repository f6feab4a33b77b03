'use strict';

// Draws the plots of a benchmark's page: throughput and p99, a point a node or a topology. Everything that it shows comes out
// of #report-data and goes in as text; the tables of the page say the same.
(() => {
  const GUTTER = 72;
  const HEIGHT = 220;
  // As report.css has it for print.
  const PAPER_WIDTH = 680;

  const report = JSON.parse(document.getElementById('report-data').textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);

  const points =
    report.kind === 'bench'
      ? report.result.nodes
          .filter(({ role }) => role !== 'replica')
          .map(({ name, ok, latency }) => ({
            label: name,
            ops: (ok * 1000) / report.result.elapsedMs,
            p99: latency === null ? null : latency.p99,
          }))
      : report.rows.map(({ topology, opsPerSecond, p99Ms, projectedOpsPerSecond }) => ({
          label: topology,
          ops: opsPerSecond.median,
          least: opsPerSecond.min,
          most: opsPerSecond.max,
          p99: p99Ms === null ? null : p99Ms.median,
          projected: projectedOpsPerSecond,
        }));

  const line = (name, more) => ({
    stroke: () => colour(name),
    width: 2,
    points: { show: true, size: 8, fill: () => colour(name) },
    ...more,
  });
  const faint = { width: 1, dash: [4, 4], points: { show: false } };
  const column = (name) => points.map((point) => point[name] ?? null);
  const isComparison = report.kind !== 'bench';

  const METRICS = {
    throughput: isComparison
      ? {
          columns: ['ops', 'least', 'most', 'projected'],
          lines: [
            line('series-2', { label: 'measured, median' }),
            line('series-2', { ...faint, label: 'least' }),
            line('series-2', { ...faint, label: 'most' }),
            line('series-1', { ...faint, width: 2, label: 'projection, not measured' }),
          ],
        }
      : { columns: ['ops'], lines: [line('series-2', { label: 'requests a second' })] },
    latency: { columns: ['p99'], lines: [line('series-3', { label: 'p99, ms' })] },
  };

  const plots = [...document.querySelectorAll('.plot')].map((place) => {
    const { columns, lines } = METRICS[place.dataset.metric];
    const axis = { stroke: () => colour('soft'), grid: { stroke: () => colour('line'), width: 1 } };
    return new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        scales: {
          x: { time: false, range: () => [-0.5, points.length - 0.5] },
          y: { range: (_, least, most) => [0, Math.max(most, 0.001) * 1.1] },
        },
        axes: [
          {
            ...axis,
            splits: () => points.map((_, index) => index),
            values: (_, splits) => splits.map((index) => points[index].label),
          },
          {
            ...axis,
            size: GUTTER,
            values: (_, splits) => splits.map((value) => value.toLocaleString('en-US')),
          },
        ],
        series: [{ label: '', value: (_, index) => points[index]?.label ?? '' }, ...lines],
      },
      [points.map((_, index) => index), ...columns.map(column)],
      place,
    );
  });

  const resize = (width) => {
    for (const plot of plots) {
      const size = { width: width ?? plot.root.parentElement.clientWidth, height: HEIGHT };
      if (size.width > 0 && size.width !== plot.width) plot.setSize(size);
    }
  };
  new ResizeObserver(() => resize()).observe(document.querySelector('.plots'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const plot of plots) plot.redraw(false, true);
  });
  addEventListener('beforeprint', () => {
    document.documentElement.classList.add('printing');
    resize(PAPER_WIDTH);
  });
  addEventListener('afterprint', () => {
    document.documentElement.classList.remove('printing');
    resize();
  });
})();
