import { ConfigurationError } from "@cloudhaul/core-http";

/** `2018-08-06 10:41:14`, in UTC, as DDS writes and reads the times of backups. */
export function writePlainTime(option: string, date: Date): string {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) {
    throw new ConfigurationError(option, `${option} must be a Date that is a time.`);
  }
  return date.toISOString().slice(0, 19).replace("T", " ");
}

/** Reads such a time, or one with a `T` and an offset; `undefined` where it is neither, as while a backup is being made. */
export function readPlainTime(text: string | null | undefined): Date | undefined {
  const [, day, time, zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(text ?? "") ?? [];
  const date = new Date(`${day}T${time}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
