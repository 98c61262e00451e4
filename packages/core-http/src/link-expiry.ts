/** When a pre-signed link ends, in either dialect, as the link itself says; `undefined` where it does not. */
export function linkExpiry(url: string): Date | undefined {
  const query = new URL(url).searchParams;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? [];
  const lifeSeconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  if (year && !Number.isNaN(lifeSeconds)) {
    return new Date(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + lifeSeconds * 1000);
  }
  const expires = query.get("Expires");
  return expires && /^\d{1,12}$/.test(expires) ? new Date(Number(expires) * 1000) : undefined;
}
