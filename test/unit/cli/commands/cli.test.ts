import { describe, expect, test } from 'vitest';
import { splitArguments } from '../../../../src/cli/commands/cli.js';

describe('the words of rcluster cli', () => {
  test.each([
    [[], undefined, []],
    [['7001'], '7001', []],
    [['node-2'], 'node-2', []],
    [['07c37dfe'], '07c37dfe', []],
    [['key:user:1', 'get', 'user:1'], 'key:user:1', ['get', 'user:1']],
    [['slot:5474', '--', 'info'], 'slot:5474', ['info']],
    [['7001', 'cluster', 'nodes'], '7001', ['cluster', 'nodes']],
    [['7001', '--', 'cluster', 'nodes'], '7001', ['cluster', 'nodes']],
    [['set', 'user:1', 'hello'], undefined, ['set', 'user:1', 'hello']],
    [['--', 'set', 'user:1', 'hello'], undefined, ['set', 'user:1', 'hello']],
    [['get', '7001'], undefined, ['get', '7001']],
    [['echo', '--'], undefined, ['echo', '--']],
  ])('%j are for node %s the command %j', (args, reference, words) => {
    expect(splitArguments(args)).toEqual({ reference, words });
  });
});
