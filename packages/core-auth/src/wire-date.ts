import { ConfigurationError } from "@cloudhaul/core-http";

/**
 * The time as `x-sdk-date` writes it: `YYYYMMDDTHHMMSSZ`, in UTC.
 *
 * @throws ConfigurationError when the date is no valid one
 */
export function writeWireDate(date: Date): string {
  if (Number.isNaN(date.getTime()))
    throw new ConfigurationError("date", "date is not a valid date: give the time of signing.");
  const day = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  const time = date.getUTCHours() * 10_000 + date.getUTCMinutes() * 100 + date.getUTCSeconds();
  return `${String(day).padStart(8, "0")}T${String(time).padStart(6, "0")}Z`;
}

/** The time in milliseconds; `undefined` for a text in another form, or a day that no calendar has. */
export function readWireDate(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(iso);
  return !Number.isNaN(time) && new Date(time).toISOString() === iso ? time : undefined;
}
