/** Sizes, rates and times as people write and read them. */

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `1536` is `1.5 KiB`: units of 1,024, one digit behind the point. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What would round up to 1024.0 is the next unit's 1.0.
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `75000` ms is `1 min 15 s`; less than ten seconds get a digit behind the point. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** Local time with its zone: `2026-11-21 15:54:02 +01:00`. */
export function formatTime(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString();
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0");
  const minutes = String(Math.abs(offset) % 60).padStart(2, "0");
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}

/** `5M`, `5MiB` and `5242880` are the same. */
export function parseBytes(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(number) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " "));
  if (number === undefined || !Number.isSafeInteger(bytes) || bytes < 1)
    throw new SyntaxError("write it like 500K, 5M or 1.5G (units of 1,024 bytes)");
  return bytes;
}

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Longer ones do not fit into a timer. */
const longestMs = 2 ** 31 - 1;

/** `90`, `90s` and `1.5m` are the same; the result is in milliseconds. */
export function parseDuration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const ms = Math.round(Number(number) * (durationUnits[unit] ?? Number.NaN));
  if (number === undefined || !(ms >= 1 && ms <= longestMs))
    throw new SyntaxError("write it like 30s, 5m or 2h, at most 24 days");
  return ms;
}

/** `2026-11-21` (from midnight here), `2026-11-21T06:00Z`, or so long ago: `7d`, `12h`. */
export function parseMoment(text: string, now: Date = new Date()): Date {
  const isAgo = /^[\d.]+[smhd]$/.test(text);
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (isAgo) return new Date(now.getTime() - parseDuration(text));
  const moment = day ? new Date(Number(year), Number(month) - 1, Number(day)) : new Date(text);
  const isReal =
    day === undefined
      ? /^\d{4}-\d\d-\d\dT/.test(text)
      : moment.getMonth() + 1 === Number(month) && moment.getDate() === Number(day);
  if (!isReal || Number.isNaN(moment.getTime()))
    throw new SyntaxError("write it like 2026-11-21, 2026-11-21T06:00Z or 7d (so long ago)");
  return moment;
}

/** One of a few words. */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    throw new SyntaxError(`it must be one of ${words.join(", ")}`);
  };
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max))
      throw new SyntaxError(`it must be a whole number from ${min} to ${max}`);
    return number;
  };
}
