// Every line here is public API.
export { createMetastudioIesClient, type MetastudioIesClient } from "./client.ts";
export { errorKinds as metastudioErrorKinds } from "./error-kinds.ts";
export type {
  DownloadResultFileInput,
  DownloadTemplateInput,
  ExportOptions,
  ExportResourceInput,
  MetastudioIesClientOptions,
  SearchTasksInput,
  TaskInput,
  WaitForTaskOptions,
} from "./options.ts";
export type { FoundTasks, IsFinished, Task } from "./tasks.ts";
