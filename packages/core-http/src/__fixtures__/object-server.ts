import { type Answer, answer, cutAnswer, head } from "./scripted-server.ts";

/** How a test server describes its object. */
export interface ObjectHeaders {
  readonly etag?: string;
  readonly "last-modified"?: string;
  readonly [name: string]: string | undefined;
}

const given = (headers: ObjectHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])));

/** Answers as an object store does: ranges, and the conditions of a range. */
export function objectAnswer(body: Buffer, headers: ObjectHeaders = {}): Answer {
  return (socket, request) => {
    const about = { date: new Date().toUTCString(), ...given(headers) };
    const { range, "if-match": ifMatch, "if-unmodified-since": since } = request.headers;
    if ((ifMatch && ifMatch !== headers.etag) || (since && since !== headers["last-modified"]))
      return answer(412, {}, "")(socket, request);
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? Number.NaN);
    if (Number.isNaN(from)) return answer(200, about, body)(socket, request);
    const total = `bytes */${body.length}`;
    if (from >= body.length) return answer(416, { "content-range": total }, "")(socket, request);
    const part = { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` };
    answer(206, { ...about, ...part }, body.subarray(from))(socket, request);
  };
}

/** The beginning of an object, and then the end of the connection. */
export function cutObject(body: Buffer, sent: number, headers: ObjectHeaders = {}): Answer {
  return cutAnswer(body, sent, "fin", { date: new Date().toUTCString(), ...given(headers) });
}

/** The headers of an object, and then nothing. */
export function silentObject(body: Buffer, headers: ObjectHeaders = {}): Answer {
  return (socket) => void socket.write(head(200, { "content-length": String(body.length), ...given(headers) }));
}
