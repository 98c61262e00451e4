import {
  createDownload,
  createHttpSettings,
  type Download,
  exchange,
  type RepeatClass,
} from "@cloudhaul/core-http";

/** The file at `url`, as an operation of a service would give it. */
export function plainDownload(url: string, repeat: RepeatClass): Download {
  const settings = createHttpSettings({ retry: false });
  const operation = "GetFile";
  return createDownload({
    operation,
    repeat,
    content: undefined,
    fileName: "a.bin",
    settings,
    identity: async () => ({ service: "test", host: "files", ids: ["a.bin"] }),
    open: ({ headers, acceptStatus }, signal) =>
      exchange(
        { operation, request: { method: "GET", url, headers }, repeat, acceptStatus },
        settings,
        signal,
      ),
  });
}
