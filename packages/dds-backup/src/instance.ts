/** How the data of an instance lies: a cluster, a replica set, or a single node. */
export type InstanceMode = "Sharding" | "ReplicaSet" | "Single";

/** Which instances to list. Default: all of the project. */
export interface ListInstancesInput {
  /** `id`. */
  readonly instanceId?: string | undefined;
  /** `name`; one that begins with `*` is looked for within names. */
  readonly name?: string | undefined;
  /** `mode`. */
  readonly mode?: InstanceMode | undefined;
  /** `datastore_type`. */
  readonly datastoreType?: "DDS-Community" | "DDS-Enhanced" | undefined;
  /** `vpc_id`. */
  readonly vpcId?: string | undefined;
  /** `subnet_id`. */
  readonly subnetId?: string | undefined;
  /** `limit`: how many instances to ask for in one request, at most 100. All are listed whatever it is. Default 100. */
  readonly pageSize?: number | undefined;
}

/** A database instance. What the service leaves out is `undefined`. */
export interface DdsInstance {
  /** `id`. */
  readonly instanceId: string;
  readonly name: string;
  /** In the service's own words: `normal`, `abnormal`, `creating`, `frozen`, `data_disk_full` and others. */
  readonly status: string | undefined;
  /** {@link InstanceMode}, in the service's own words. */
  readonly mode: string | undefined;
  /** `datastore.type`, for example `DDS-Community`. */
  readonly datastoreType: string | undefined;
  /** `datastore.version`, for example `4.4`. Files of clusters of 4.2 and later cannot be restored elsewhere. */
  readonly datastoreVersion: string | undefined;
  /** `backup_strategy.keep_days`: for how many days automatic backups are kept; 0 for none. */
  readonly keepDays: number | undefined;
  readonly groups: readonly InstanceGroup[];
}

/** A part of an instance: its shards and config servers, or its one replica set. */
export interface InstanceGroup {
  /** `mongos`, `shard`, `config`, `replica` or `single`. */
  readonly type: string | undefined;
  /** `id`; those of `mongos` have none. */
  readonly groupId: string | undefined;
  readonly name: string | undefined;
  readonly nodes: readonly InstanceNode[];
}

/** One node. Logs can be asked for by `nodeId`. */
export interface InstanceNode {
  /** `id`. */
  readonly nodeId: string;
  readonly name: string | undefined;
  /** For example `Primary`; empty for `mongos`. */
  readonly role: string | undefined;
  readonly status: string | undefined;
}
