import { describe, expect, test } from 'vitest';
import { equivalentOf } from '../../../../src/runtimes/docker/images.js';

describe('equivalentOf', () => {
  test.each([
    ['redis:7', 'redis:7'],
    ['redis:7-alpine', 'redis:7'],
    ['redis:7.2', 'redis:7'],
    ['redis:7.0.15-bookworm', 'redis:7'],
    ['redis:8', 'redis:8'],
    ['redis:8-alpine', 'redis:8'],
    ['valkey/valkey:9', 'valkey:9'],
    ['valkey/valkey:9.0-alpine', 'valkey:9'],
  ])('of %s is %s', (image, server) => expect(equivalentOf(image)).toBe(server));

  test.each([
    'redis',
    'redis:latest',
    'redis:6',
    'redis:70',
    'redis:7alpine',
    'valkey/valkey:8',
    'valkey:9',
    'bitnami/redis:7',
    'myredis:7',
    'redis@sha256:7-x',
  ])('%s has none', (image) => expect(equivalentOf(image)).toBeUndefined());
});
