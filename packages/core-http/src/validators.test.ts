import { describe, expect, it } from "vitest";
import type { HttpResponse } from "./transport.ts";
import { conditionalRange, judgeRest, judgeStart, type Validators, validatorsOf } from "./validators.ts";

const body = { read: async () => undefined, cancel: async () => {} };
const answered = (status: number, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body,
});
const range = (text: string, more: Record<string, string> = {}) => ({ "content-range": text, ...more });
const ageOf = (seconds: number) => ({
  "last-modified": new Date(1e12).toUTCString(),
  date: new Date(1e12 + seconds * 1000).toUTCString(),
});
const lastModified = new Date(1e12).toUTCString();

describe("[HTTP-25] the rest is asked for under a condition", () => {
  it.each<[string, Record<string, string>, object | undefined]>([
    ["a strong ETag", { etag: '"e"' }, { "if-match": '"e"' }],
    ["a weak ETag, which proves nothing", { etag: 'W/"e"' }, undefined],
    ["an ETag without quotes, which is none", { etag: "e" }, undefined],
    ["a date of 60 seconds ago", ageOf(60), { "if-unmodified-since": lastModified }],
    ["a date of 59 seconds ago, in which it may have changed twice", ageOf(59), undefined],
    ["a date without the time of the answer", { "last-modified": lastModified }, undefined],
    ["an ETag made of an old date", { etag: '"3b9aca00-5"', ...ageOf(60) }, { "if-match": '"3b9aca00-5"' }],
    ["an ETag made of a date of a moment ago", { etag: '"3b9aca00-5"', ...ageOf(59) }, undefined],
    [
      "an ETag that only begins like it",
      { etag: '"3b9aca0-5"', ...ageOf(59) },
      { "if-match": '"3b9aca0-5"' },
    ],
    ["nothing", {}, undefined],
  ])("under %s", (_, headers, condition) => {
    const expected = condition && { range: "bytes=7-", ...condition };
    expect(conditionalRange(validatorsOf(answered(200, headers)), 7)).toEqual(expected);
  });
});

describe("[HTTP-25] an answer is judged by what it says", () => {
  it.each<[string, HttpResponse, ReturnType<typeof judgeStart>]>([
    ["200", answered(200), "whole"],
    ["a part from the start", answered(206, range("bytes 0-9/10")), "whole"],
    ["a part from elsewhere", answered(206, range("bytes 1-9/10")), "misplaced"],
    ["a part that does not say which", answered(206), "misplaced"],
    ["416 of an empty object", answered(416, range("bytes */0")), "complete"],
    ["416 of another", answered(416, range("bytes */10")), "misplaced"],
  ])("from the start: %s", (_, answer, verdict) => {
    expect(judgeStart(answer)).toBe(verdict);
  });

  const both: Validators = { etag: '"e"', lastModified, totalBytes: 10 };
  const same = { etag: '"e"', "last-modified": lastModified };
  const untold: Validators = { etag: '"e"' };
  it.each<[string, Validators, HttpResponse, ReturnType<typeof judgeRest>]>([
    ["the rest", both, answered(206, range("bytes 7-9/10", same)), "append"],
    ["the rest, of a length that is not told", both, answered(206, range("bytes 7-9/*")), "append"],
    ["the rest, where no length was told before", untold, answered(206, range("bytes 7-9/10")), "append"],
    ["another part", both, answered(206, range("bytes 6-9/10")), "misplaced"],
    ["another part and another length", both, answered(206, range("bytes 6-9/11")), "changed"],
    ["another length", both, answered(206, range("bytes 7-9/11")), "changed"],
    ["another ETag", both, answered(206, range("bytes 7-9/10", { etag: '"f"' })), "changed"],
    [
      "another date",
      both,
      answered(206, range("bytes 7-9/10", { "last-modified": new Date(0).toUTCString() })),
      "changed",
    ],
    ["412", both, answered(412), "changed"],
    ["412 that says it is the same", both, answered(412, same), "changed"],
    ["416 where we are", { ...both, totalBytes: 7 }, answered(416, range("bytes */7")), "complete"],
    ["416 where we are, of no length told", untold, answered(416, range("bytes */7")), "complete"],
    ["416 where we are, and more was told", both, answered(416, range("bytes */7")), "changed"],
    ["416 beyond us", both, answered(416, range("bytes */10")), "changed"],
    ["416 of another object", untold, answered(416, range("bytes */7", { etag: '"f"' })), "changed"],
    ["the whole of the same", both, answered(200, same), "whole"],
    ["the whole, with one validator of two", both, answered(200, { etag: '"e"' }), "changed"],
    ["the whole, with the other", both, answered(200, { "last-modified": lastModified }), "changed"],
    ["the whole, with none", both, answered(200), "changed"],
  ])("for the rest: %s", (_, held, answer, verdict) => {
    expect(judgeRest(held, 7, answer)).toBe(verdict);
  });
});
