import { createHash, randomUUID } from "node:crypto";
import { jsonAnswer } from "./answers.ts";
import { badParameter } from "./dds-refusal.ts";
import { pageOf } from "./paging.ts";
import { choice, type Fields, faultOf, queryValues, text, whole } from "./request-fields.ts";
import type { RouteContext } from "./route.ts";

/** A database instance. */
export interface DdsInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly mode: "Sharding" | "ReplicaSet" | "Single";
  /** `normal`, or a status in which nothing can be done with it, such as `frozen`. Default `normal`. */
  readonly status: string;
  /** Of a cluster. Default 2. */
  readonly shards: number;
  readonly datastoreType: "DDS-Community" | "DDS-Enhanced";
  readonly version: string;
  readonly createdAt: Date;
}

/** A part of an instance, with its nodes. */
export interface DdsGroup {
  readonly type: "mongos" | "shard" | "config" | "replica" | "single";
  readonly id: string;
  readonly name: string;
  readonly nodes: readonly { readonly id: string; readonly name: string; readonly role: string }[];
}

/** An instance with all that is not given made up. */
export function createInstance(given: Partial<DdsInstance>, now: Date): DdsInstance {
  const instanceId = given.instanceId ?? `${randomUUID().replaceAll("-", "")}in02`;
  return {
    instanceId,
    name: given.name ?? `dds-${instanceId.slice(0, 8)}`,
    mode: given.mode ?? "ReplicaSet",
    status: given.status ?? "normal",
    shards: given.shards ?? 2,
    datastoreType: given.datastoreType ?? "DDS-Community",
    version: given.version ?? "4.4",
    createdAt: given.createdAt ?? now,
  };
}

/** The groups of an instance; their ids are the same each time. */
export function groupsOf({ instanceId, name, mode, shards }: DdsInstance): readonly DdsGroup[] {
  const group = (type: DdsGroup["type"], part: string, roles: readonly string[]): DdsGroup => {
    const idOf = (what: string): string =>
      createHash("sha256").update(`${instanceId}/${part}/${what}`).digest("hex").slice(0, 32);
    const nodes = roles.map((role, index) => ({
      ...{ id: `${idOf(String(index))}no02`, name: `${name}_${part}_node_${index + 1}`, role },
    }));
    return { type, id: `${idOf("group")}gr02`, name: part, nodes };
  };
  const replicas = ["Primary", "Secondary", "Hidden"];
  if (mode === "Single") return [group("single", "single", ["Primary"])];
  if (mode === "ReplicaSet") return [group("replica", "replica", replicas)];
  return [
    group("mongos", "mongos", ["", ""]),
    ...Array.from({ length: shards }, (_, index) => group("shard", `shard_${index + 1}`, replicas)),
    group("config", "config", replicas),
  ];
}

const filters: Fields = {
  id: text(),
  name: text(),
  mode: choice("Sharding", "ReplicaSet", "Single"),
  datastore_type: choice("DDS-Community", "DDS-Enhanced"),
  vpc_id: text(),
  subnet_id: text(),
  offset: whole(0),
  limit: whole(1, 100),
};

const network = { vpc_id: "emulator-vpc", subnet_id: "emulator-subnet" };

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0023.html */
export function listInstances(_: Request, { state, query }: RouteContext): Response {
  const asked = queryValues(filters, query);
  const fault = faultOf(filters, asked);
  if (fault) return badParameter(fault);
  const is = (name: string, value: string): boolean => (asked[name] ?? value) === value;
  const hasName = (name: string): boolean => {
    const wanted = String(asked.name ?? "*");
    return wanted.startsWith("*") ? name.includes(wanted.slice(1)) : name === wanted;
  };
  const found = [...state.store.dds.instances.values()].filter(
    ({ instanceId, name, mode, datastoreType }) =>
      is("id", instanceId) &&
      hasName(name) &&
      is("mode", mode) &&
      is("datastore_type", datastoreType) &&
      is("vpc_id", network.vpc_id) &&
      is("subnet_id", network.subnet_id),
  );
  const instances = pageOf(found, asked, 100).map((instance) => instanceAnswer(instance, state.region));
  return jsonAnswer(200, { instances, total_count: found.length });
}

function instanceAnswer(instance: DdsInstance, region: string): unknown {
  const { instanceId: id, name, status, mode, datastoreType, version, createdAt } = instance;
  const groups = groupsOf(instance).map(({ type, id, name, nodes }) => ({
    ...{ type, id: type === "mongos" ? null : id, name: type === "mongos" ? null : name, status: null },
    nodes: nodes.map((node) => ({ ...node, status: "normal" })),
  }));
  return {
    ...{ id, name, status, mode, region, ...network },
    datastore: { type: datastoreType, version },
    engine: "wiredTiger",
    created: createdAt.toISOString().slice(0, 19),
    backup_strategy: { start_time: "00:00-01:00", keep_days: 7 },
    groups,
    actions: [],
  };
}
