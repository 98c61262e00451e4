import { ResponseFormatError } from "@cloudhaul/core-http";

/** Nearer than this the clocks agree: the header `Date` is as of seconds ago. */
const agreementMs = 60_000;

/**
 * When a credential that has just been given ends, by this machine's clock: where the giver's own clock, told by the
 * header `Date`, is another, what counts is how long the credential lives.
 *
 * @param text - the end as the answer writes it
 * @param path - where in the answer it stands, for the error
 * @throws ResponseFormatError when it is no date
 */
export function localExpiry(text: string, path: string, headers: Readonly<Record<string, string>>): Date {
  const end = Date.parse(text);
  if (Number.isNaN(end))
    throw new ResponseFormatError(path, `The answer's ${path} is an expiry that is no date.`);
  const offsetMs = Date.now() - Date.parse(headers.date ?? "");
  return new Date(Math.abs(offsetMs) > agreementMs ? end + offsetMs : end);
}
