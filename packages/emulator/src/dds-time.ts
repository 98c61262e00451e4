/** `2018-08-06T10:41:14+0000`, of links and jobs. */
export function offsetTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "+0000");
}

/** `2018-08-06 10:41:14`, of backups, in UTC. */
export function plainTime(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

/** A time with an offset, which has no colon. `undefined` where the text is none: a `+` that was not escaped is a space. */
export function readOffsetTime(text: string): Date | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|([+-]\d\d)(\d\d))$/.exec(text);
  return parts ? validDate(`${parts[1]}${parts[2] ? `${parts[2]}:${parts[3]}` : "Z"}`) : undefined;
}

/** A time as {@link plainTime} writes it. */
export function readPlainTime(text: string): Date | undefined {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? validDate(`${text.replace(" ", "T")}Z`) : undefined;
}

function validDate(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
