import { randomBytes } from "node:crypto";

/** @see https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0028.html */
export const batchTaskTypes = [
  "softwareUpgrade",
  "firmwareUpgrade",
  "moduleUpgrade",
  "createDevices",
  "deleteDevices",
  "freezeDevices",
  "unfreezeDevices",
  "createCommands",
  "createAsyncCommands",
  "createMessages",
  "updateDeviceShadows",
  "updateDevices",
  "changeGateway",
] as const;

/** `Waitting` is the vendor's own spelling. */
export const batchTaskStatuses = [
  "Initializing",
  "Waitting",
  "Processing",
  "Success",
  "Fail",
  "PartialSuccess",
  "Stopped",
  "Stopping",
] as const;

/** A batch task, which an export exports the subtasks of. */
export interface IotdaBatchTask {
  readonly taskId: string;
  readonly taskName: string;
  readonly taskType: (typeof batchTaskTypes)[number];
  readonly status: (typeof batchTaskStatuses)[number];
  readonly appId?: string | undefined;
  readonly createTime: Date;
}

/** What to add; what is not given is made up. */
export type BatchTaskToStore = { readonly [Name in keyof IotdaBatchTask]?: IotdaBatchTask[Name] | undefined };

/** A batch task that has ended well, unless told otherwise. */
export function createBatchTask(
  { taskId, taskName, taskType, status, appId, createTime }: BatchTaskToStore,
  nextId: () => string,
  now: () => Date,
): IotdaBatchTask {
  const id = taskId ?? nextId();
  return {
    taskId: id,
    taskName: taskName ?? `task-${id}`,
    taskType: taskType ?? "createDevices",
    status: status ?? "Success",
    appId,
    createTime: createTime ?? now(),
  };
}

/** Ids of 24 hex characters, each above the one before: the time in seconds, the store's own part, and a number. */
export function createIds(now: () => Date): () => string {
  const own = randomBytes(5).toString("hex");
  let number = 0;
  return () => {
    number += 1;
    const seconds = Math.floor(now().getTime() / 1000)
      .toString(16)
      .padStart(8, "0");
    return `${seconds}${own}${number.toString(16).padStart(6, "0")}`;
  };
}
