/**
 * rcluster as a library: the same operations as the commands, with typed options, results and progress events. Importing
 * it has no side effect.
 */
export { createCluster, type ClusterHandle, type CreateClusterOptions } from './library/create-cluster.js';
export { bench } from './bench/bench.js';
export { benchScaling } from './bench/compare.js';
export type { BenchOptions } from './config/bench-schema.js';
export type { BenchReport, ScalingReport } from './reports/bench/model.js';
export { RclusterError, isRclusterError, ERROR_CODES, type ErrorCode } from './base/errors.js';
export type { Emit, ProgressEvent } from './base/events.js';
export type { CheckupCode, CheckupFinding, CheckupSeverity, Fix } from './cluster/checkup/finding.js';
export type { AppliedFix, ChecklistItem, CheckupReport } from './cluster/checkup/report.js';
export type { Finding, ClusterState, Severity } from './cluster/findings.js';
export { keySlot, type Slot, type SlotRange } from './cluster/slots.js';
export type { Role } from './cluster/topology.js';
export type {
  AddMasterOptions,
  AddReplicaOptions,
  RebalanceOptions,
  RemoveOptions,
  ReshardOptions,
} from './config/scaling-schema.js';
export type { DrillRunOptions } from './config/drill-schema.js';
export type {
  CallOptions,
  ConfigSetOptions,
  KeysOptions,
  SkewOptions,
  SlotOptions,
  SlowlogOptions,
} from './config/living-schema.js';
export { parseExpectation, type Expectation } from './config/expectation.js';
export { parseScenario, readScenario, scenarioList, type ScenarioFile } from './config/scenario-file.js';
export type { Scenario, Step } from './config/scenario.js';
export type { UpOptions } from './config/schema.js';
export type { DoctorOptions } from './config/doctor-schema.js';
export type { ClusterSpec, Persistence, RuntimeKind } from './config/types.js';
export { drillCluster } from './drills/drill.js';
export { failover, type FailoverOptions, type FailoverResult } from './drills/failover.js';
export type { FaultDescription } from './config/fault-schema.js';
export { breakCluster, resumeNode, type BreakOptions, type BreakResult } from './drills/break.js';
export {
  activeFaults,
  healAll,
  type ActiveFault,
  type FaultKind,
  type HealResult,
} from './drills/faults/index.js';
export { kill, type KillOptions, type KillResult, type KillTarget } from './drills/kill.js';
export type { WriteCounts } from './drills/probe.js';
export type { Phases, TimelineEvent } from './drills/timeline.js';
export { doctor } from './operations/checkup/doctor.js';
export { compose } from './operations/compose.js';
export { rotatePassword, type RotateResult } from './operations/access/rotate.js';
export { connectSnippets, type Snippet } from './operations/connect.js';
export { down, type DownResult } from './operations/down.js';
export { listClusters, type ClusterListing } from './operations/list.js';
export { startNode, stopNode, type NodeResult } from './operations/node-lifecycle.js';
export { openCaller, runNodeClient } from './operations/node-client.js';
export type { NodeReport, StatusReport } from './operations/observe.js';
export { readLog, type LogLine } from './operations/read-log.js';
export { addMaster, planAddMaster, type AddMasterResult } from './operations/scaling/add-master.js';
export { addReplica, planAddReplica, type AddReplicaResult } from './operations/scaling/add-replica.js';
export {
  check,
  fix,
  type CheckResult,
  type FixOptions,
  type FixResult,
  type RepairReport,
} from './operations/repair/fix.js';
export type { ScalingPlan } from './operations/scaling/plan.js';
export { planRebalanceOf, rebalance, type RebalanceResult } from './operations/scaling/rebalance.js';
export { planRemove, remove, type RemoveResult } from './operations/scaling/remove.js';
export { planReshardOf, reshard, type ReshardResult } from './operations/scaling/reshard.js';
export {
  planUpgrade,
  upgrade,
  type UpgradePlan,
  type UpgradeResult,
  type UpgradeStep,
} from './operations/scaling/upgrade.js';
export type { NamedMove, ScalingResult } from './operations/scaling/scene.js';
export type { MigrationResult, MigrationStrategy } from './operations/migration/progress.js';
export { callNodes, type CallResult, type NodeAnswer } from './operations/inspect/call.js';
export { countKeys, type CountResult, type ShardCount } from './operations/inspect/count.js';
export { explain, type ExplainResult } from './operations/inspect/explain.js';
export { findKeys, type KeysListener, type KeysResult } from './operations/inspect/keys.js';
export { flushKeys, type FlushResult } from './operations/inspect/flush.js';
export { serverInfo, type InfoResult } from './operations/inspect/server-info.js';
export { changeSettings, readSettings, type SettingsResult } from './operations/inspect/settings.js';
export { measureSkew, type SkewResult } from './operations/inspect/skew.js';
export { slotOfKeys, type KeyReport, type SlotsReport } from './operations/inspect/slot-of-keys.js';
export { readSlowlogs, type SlowlogResult } from './operations/inspect/slowlog.js';
export { status } from './operations/status.js';
export type { DrillReport, DrillRun } from './reports/model.js';
export { planUp, type UpPlan } from './operations/plan-up.js';
export { up, type OperationOptions, type UpResult } from './operations/up.js';
export type { NodeState } from './runtimes/runtime.js';
