import { describe, expect, it, vi } from "vitest";
import * as api from "./index.ts";

const { CloudhaulError, ConfigurationError, FileSystemError, IntegrityError, ServiceError } = api;

describe("errors", () => {
  it("[HTTP-23] are recognised by another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("./errors.ts");
    expect(copy.ConfigurationError).not.toBe(ConfigurationError);
    const error = new copy.ConfigurationError("region", "region is missing.");
    expect(error).not.toBeInstanceOf(ConfigurationError);
    expect(ConfigurationError.isInstance(error)).toBe(true);
    expect(CloudhaulError.isInstance(error)).toBe(true);
    expect(IntegrityError.isInstance(error)).toBe(false);
  });

  it("[HTTP-23] are not confused with other values", () => {
    for (const value of [
      undefined,
      null,
      "text",
      1,
      {},
      new Error("x"),
      { name: "CloudhaulError", code: "X" },
    ]) {
      expect(CloudhaulError.isInstance(value)).toBe(false);
    }
  });

  it("[HTTP-23] every exported class says its own name", () => {
    const classes = Object.entries(api).filter(
      ([, value]) => Object.getPrototypeOf(value) === CloudhaulError,
    );
    expect(classes).toHaveLength(13);
    for (const [name, value] of classes) expect((value as typeof CloudhaulError).className).toBe(name);
  });

  it("have stable codes", () => {
    const fields = { status: 400, operation: "X", retryable: false };
    expect(new ServiceError({ ...fields, kind: "not-found" }, "m").code).toBe("SERVICE_NOT_FOUND");
    expect(new IntegrityError({ reason: "archive-end" }, "m").code).toBe("INTEGRITY_ARCHIVE_END");
    expect(new FileSystemError("DISK_FULL", "/x", "m")).toMatchObject({
      code: "DISK_FULL",
      name: "FileSystemError",
    });
    expect(new api.TimeoutError({ phase: "wait", timeoutMs: 1 }, "m").code).toBe("TIMEOUT_WAIT");
  });
});
