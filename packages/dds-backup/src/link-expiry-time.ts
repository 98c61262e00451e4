import { linkExpiry } from "@cloudhaul/core-http";

/** `yyyy-mm-ddThh:mm:ss` and an offset without a colon, as the vendor writes it: few ISO parsers take that. */
const written = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{2}):(\d{2}):(\d{2})(Z|[+-]\d{2}:?\d{2})$/;

/**
 * When a link ends: as the link itself says, which is what the object store goes by, else as the answer says. The vendor's
 * own sample, `2018-08-016T10:15:14+0000`, is no date; then it is `undefined`.
 */
export function linkExpiryTime(link: string, text: string | undefined): Date | undefined {
  return (URL.canParse(link) ? linkExpiry(link) : undefined) ?? parseTime(text);
}

function parseTime(text: string | undefined): Date | undefined {
  const [, year, month, day, hour, minute, second, zone] = written.exec(text ?? "") ?? [];
  if (!year || !month || !day || !zone) return undefined;
  const offset = zone.replace(/(\d{2})(\d{2})$/, "$1:$2");
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}T${hour}:${minute}:${second}${offset}`;
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
