/**
 * rcluster as a library: the same operations as the commands, with typed options, results and progress events. Importing
 * it has no side effect.
 */
export { createCluster, type ClusterHandle, type CreateClusterOptions } from './library/create-cluster.js';
export { RclusterError, isRclusterError, ERROR_CODES, type ErrorCode } from './base/errors.js';
export type { Emit, ProgressEvent } from './base/events.js';
export type { Finding, ClusterState, Severity } from './cluster/findings.js';
export { keySlot, type Slot, type SlotRange } from './cluster/slots.js';
export type { Role } from './cluster/topology.js';
export type { AddMasterOptions, UpOptions } from './config/schema.js';
export type { ClusterSpec, Persistence, RuntimeKind } from './config/types.js';
export { kill, type KillOptions, type KillResult, type KillTarget } from './drills/kill.js';
export type { WriteCounts } from './drills/probe.js';
export type { Phases, TimelineEvent } from './drills/timeline.js';
export { addMaster, type AddMasterResult } from './operations/add-master.js';
export { compose } from './operations/compose.js';
export { connectSnippets, type Snippet } from './operations/connect.js';
export { down, type DownResult } from './operations/down.js';
export { listClusters, type ClusterListing } from './operations/list.js';
export { startNode, stopNode, type NodeResult } from './operations/node-lifecycle.js';
export { openCaller, runNodeClient } from './operations/node-client.js';
export type { NodeReport, StatusReport } from './operations/observe.js';
export { readLog, type LogLine } from './operations/read-log.js';
export { rebalance, type NamedMove, type RebalanceResult } from './operations/rebalance.js';
export { status } from './operations/status.js';
export { planUp, up, type OperationOptions, type UpPlan, type UpResult } from './operations/up.js';
export type { NodeState } from './runtimes/runtime.js';
