import type { Check } from '../finding.js';
import { backlogSuffices } from './backlog.js';
import { coverageIsChosen } from './coverage.js';
import { drillPassed } from './drill.js';
import { evictionWorks } from './eviction.js';
import { replicasMayTakeOver } from './failover-eligibility.js';
import { hostsDiffer } from './failure-domains.js';
import { filesSuffice } from './file-limit.js';
import { nodesAreWell, slotsAreCovered, slotsAreSettled } from './health.js';
import { forksSucceed, hugePagesAreOff } from './kernel.js';
import { savesSucceed } from './last-save.js';
import { nodesAreClose } from './latency.js';
import { mastersAreEnough } from './masters.js';
import { memoryIsLimited } from './maxmemory.js';
import { nodeTimeoutIsSane } from './node-timeout.js';
import { buffersAreLimited } from './output-buffers.js';
import { accessIsProtected } from './passwords.js';
import { dataIsPersisted } from './persistence.js';
import { mastersHaveReplicas } from './replicas.js';
import { settingsAgree } from './settings-differ.js';
import { keysAreSpread } from './skew.js';
import { connectionsQueue } from './somaxconn.js';
import { versionsAgree } from './versions.js';

/** The checklist, in the order in which it is told. */
export const CHECKS: readonly Check[] = [
  nodesAreWell,
  slotsAreCovered,
  slotsAreSettled,
  mastersAreEnough,
  mastersHaveReplicas,
  replicasMayTakeOver,
  hostsDiffer,
  coverageIsChosen,
  dataIsPersisted,
  savesSucceed,
  backlogSuffices,
  buffersAreLimited,
  memoryIsLimited,
  evictionWorks,
  keysAreSpread,
  nodesAreClose,
  nodeTimeoutIsSane,
  settingsAgree,
  versionsAgree,
  accessIsProtected,
  forksSucceed,
  hugePagesAreOff,
  connectionsQueue,
  filesSuffice,
  drillPassed,
];
