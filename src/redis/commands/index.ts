export { aclSetUser } from './acl.js';
export { busyScript, scriptKill } from './busy-script.js';
export { clusterAddSlotsRange } from './cluster-addslotsrange.js';
export { clusterFailover } from './cluster-failover.js';
export { clusterDelSlotsRange } from './cluster-delslotsrange.js';
export { clusterForget } from './cluster-forget.js';
export { clusterInfo, type ClusterInfo } from './cluster-info.js';
export { clusterMeet } from './cluster-meet.js';
export {
  clusterCancelSlotMigrations,
  clusterGetSlotMigrations,
  clusterMigrateSlots,
  knowsMigrateSlots,
  type SlotMigration,
} from './cluster-migrateslots.js';
export { clusterNodes } from './cluster-nodes.js';
export { clusterReplicate } from './cluster-replicate.js';
export { clusterSetConfigEpoch } from './cluster-set-config-epoch.js';
export {
  claimSlots,
  countKeysInSlots,
  listKeysInSlots,
  setSlotsImporting,
  setSlotsMigrating,
  setSlotsNode,
  setSlotsStable,
  type ListedKey,
} from './cluster-slots.js';
export { commandGetKeysAndFlags, type UsedKey } from './command-getkeys.js';
export { commandInfo, commandList } from './command-info.js';
export { configGet, configGetAll, configRewrite, configSet, configSetAll } from './config.js';
export { configOverview } from './config-overview.js';
export { dbSize } from './dbsize.js';
export { flushAll } from './flushall.js';
export { info, infoSections, type InfoSection, type ServerInfo } from './info.js';
export { infoFields } from './info-fields.js';
export { countKeysInSlot, getKeysInSlot } from './keys-in-slot.js';
export { append, asking, exists, unlink } from './keys.js';
export { memoryUsage } from './memory-usage.js';
export { migrate, migrateUnlessThere } from './migrate.js';
export { moveKeys, type HugeKey, type MovedKeys, type MoveKeysOptions } from './move-keys.js';
export { ping } from './ping.js';
export { resources, type ServerResources } from './resources.js';
export { scan, type ScanOptions, type ScanPage } from './scan.js';
export { functionNames, scriptExists } from './scripts.js';
export { slowlogGet, type SlowCommand } from './slowlog.js';
export { time } from './time.js';
