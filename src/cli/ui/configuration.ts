import chalk from 'chalk';
import type { PlannedCluster } from '../../config/project-check.js';
import { columns } from './tables.js';

interface OptionRow {
  readonly option: string;
  readonly value: unknown;
  readonly from: string;
}

export interface EffectiveConfiguration {
  readonly file: string | undefined;
  readonly cluster: string;
  readonly from: string;
  readonly options: readonly OptionRow[];
  readonly commands: readonly (OptionRow & { readonly command: string })[];
}

/** A line an option, with who says so; defaults are dim. */
export function effectiveText({ file, cluster, from, options, commands }: EffectiveConfiguration): string {
  const rows = [
    { option: 'cluster', value: cluster, from },
    ...options,
    ...commands.map(({ command, option, ...rest }) => ({ option: `${command}: ${option}`, ...rest })),
  ];
  return [
    file === undefined ? chalk.dim('no rcluster.yaml from here upwards') : `file: ${file}`,
    '',
    columns(
      ['OPTION', 'VALUE', 'FROM'],
      rows.map((row) => [
        row.option,
        valueText(row.value),
        row.from === 'default' ? chalk.dim(row.from) : row.from,
      ]),
    ),
  ].join('\n');
}

function valueText(value: unknown): string {
  if (value === undefined) return '-';
  if (value === '') return '""';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Where the clusters of a file are to be. */
export function plannedText(clusters: readonly PlannedCluster[]): string[] {
  if (clusters.length === 0) return [];
  const rows = clusters.map(({ cluster, image, nodes, firstPort, lastPort }) => [
    cluster,
    String(nodes),
    `${firstPort}-${lastPort}`,
    image,
  ]);
  return ['', columns(['CLUSTER', 'NODES', 'PORTS', 'IMAGE'], rows)];
}
