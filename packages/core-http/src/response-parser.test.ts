import { describe, expect, it } from "vitest";
import { createResponseParser } from "./response-parser.ts";

/** Feeds an answer in pieces of `size` bytes; what a parser kept of a piece is overwritten, as its memory will be. */
function parse(answer: string, size: number, { method = "GET", isClosed = true } = {}) {
  let text = "";
  let status: number | undefined;
  let headers: Readonly<Record<string, string>> = {};
  let hasEnded = false;
  const parser = createResponseParser(method, {
    onHead(head) {
      ({ status, headers } = head);
    },
    onBody(chunk) {
      text += Buffer.from(chunk).toString("latin1");
    },
    onEnd() {
      hasEnded = true;
    },
  });
  const bytes = Buffer.from(answer, "latin1");
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size));
    parser.feed(piece);
    piece.fill("?");
  }
  if (isClosed) parser.finish();
  return { status, headers, text, hasEnded, isReusable: parser.isReusable() };
}

const ok = "HTTP/1.1 200 OK\r\n";
const sizes = [1, 2, 3, 5, 7, 16, 1000];

describe("[HTTP-110] an answer, cut anywhere", () => {
  it.each([
    ["with a length", `${ok}Content-Length: 5\r\nX-A:  1 \r\nx-a: 2\r\n\r\nhello`, "hello", true],
    ["of no bytes", `${ok}Content-Length: 0\r\n\r\n`, "", true],
    [
      "in chunks",
      `${ok}Transfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\nx-t: 1\r\n\r\n`,
      "hello",
      true,
    ],
    ["until the end of the connection", `${ok}\r\nhello`, "hello", false],
    [
      "after interim answers",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nlink: x\r\n\r\n${ok}content-length: 1\r\n\r\nx`,
      "x",
      true,
    ],
    ["of HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi", "hi", false],
    ["that says it in capitals", `${ok}Connection: Close\r\ncontent-length: 2\r\n\r\nhi`, "hi", false],
    ["that ends its connection", `${ok}connection: close\r\ncontent-length: 2\r\n\r\nhi`, "hi", false],
    ["without a phrase", "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nhi", "hi", true],
    ["that never has a body", "HTTP/1.1 204 No\r\n\r\n", "", true],
    ["that tells of a body elsewhere", "HTTP/1.1 304 Not\r\ncontent-length: 5\r\n\r\n", "", true],
    ["with more than it announced", `${ok}content-length: 2\r\n\r\nhi and more`, "hi", false],
  ])("%s is read whole", (_, answer, text, isReusable) => {
    for (const size of sizes) {
      expect(parse(answer, size), `in pieces of ${size}`).toMatchObject({ text, hasEnded: true, isReusable });
    }
  });

  it("keeps repeated headers, and bytes beyond ASCII", () => {
    const { headers } = parse(`${ok}X-A:  1 \r\nx-a: 2\r\nx-b: \xe9\r\nx-c:\r\ncontent-length: 0\r\n\r\n`, 4);
    expect(headers).toEqual({ "x-a": "1, 2", "x-b": "\xe9", "x-c": "", "content-length": "0" });
  });

  it("to HEAD has the length of what it stands for, and no body", () => {
    const answer = `${ok}content-length: 99\r\n\r\n`;
    expect(parse(answer, 1000, { method: "HEAD" })).toMatchObject({ text: "", hasEnded: true });
  });

  it("with names that objects have of their own among its headers is like any other", () => {
    const { headers } = parse(`${ok}__proto__: x\r\nconstructor: y\r\ncontent-length: 0\r\n\r\n`, 1000);
    expect(headers).toEqual({ constructor: "y", "content-length": "0" });
    expect(headers.toString).toBe(Object.prototype.toString);
  });
});

describe("[HTTP-110] no answer is what", () => {
  it.each([
    ["begins otherwise", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["has another version", "HTTP/2.0 200 OK\r\n\r\n"],
    ["has a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
    ["has a status below 100", "HTTP/1.1 099 OK\r\n\r\n"],
    ["has no status", "HTTP/1.1 OK\r\n\r\n"],
    ["folds a header line", `${ok}x-a: 1\r\n x-b: 2\r\n\r\n`],
    ["has a blank before a colon", `${ok}content-length : 2\r\n\r\nhi`],
    ["has a line feed within a value", `${ok}x-a: 1\nx-b: 2\r\n\r\n`],
    ["has two lengths", `${ok}content-length: 2\r\ncontent-length: 3\r\n\r\nhi!`],
    ["has a length that is none", `${ok}content-length: -2\r\n\r\n`],
    ["has a length beyond all files", `${ok}content-length: ${"9".repeat(20)}\r\n\r\n`],
    ["has a length with a sign", `${ok}content-length: +2\r\n\r\nhi`],
    ["has a length of another base", `${ok}content-length: 0x2\r\n\r\nhi`],
    ["has the same length twice", `${ok}content-length: 2\r\ncontent-length: 2\r\n\r\nhi`],
    ["has a length and a coding", `${ok}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`],
    ["has a coding nobody asked for", `${ok}transfer-encoding: gzip, chunked\r\n\r\n`],
    ["has a chunk without a size", `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
    ["has a chunk longer than its size", `${ok}transfer-encoding: chunked\r\n\r\n2\r\nhello\r\n`],
    ["has a chunk beyond all files", `${ok}transfer-encoding: chunked\r\n\r\n${"f".repeat(20)}\r\n`],
    ["has chunks twice", `${ok}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["has line feeds alone between chunks", `${ok}transfer-encoding: chunked\r\n\r\n2\nhi\n0\n\n\r\n`],
    ["has a negative chunk", `${ok}transfer-encoding: chunked\r\n\r\n-2\r\nhello\r\n`],
    ["switches protocols", "HTTP/1.1 101 Switching\r\n\r\n"],
  ])("%s", (_, answer) => {
    for (const size of sizes)
      expect(() => parse(answer, size, { isClosed: false })).toThrow(
        expect.objectContaining({ code: "PROTOCOL" }),
      );
  });

  it.each([
    ["in its head", `${ok}content-len`],
    ["in its body", `${ok}content-length: 5\r\n\r\nhell`],
    ["in a chunk", `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhel`],
    ["before its last chunk", `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`],
    ["in its trailer", `${ok}transfer-encoding: chunked\r\n\r\n0\r\nx-t: 1\r\n`],
  ])("breaks off %s", (_, answer) => {
    for (const size of sizes)
      expect(() => parse(answer, size)).toThrow(expect.objectContaining({ code: "CONNECTION_LOST" }));
  });

  it("has a head, a chunk line or a trailer without end", () => {
    const long = "a".repeat(20_000);
    for (const begin of [
      `${ok}x-a: `,
      `${ok}transfer-encoding: chunked\r\n\r\n1;`,
      `${ok}transfer-encoding: chunked\r\n\r\n0\r\n`,
    ])
      expect(() => parse(begin + long, 1000, { isClosed: false })).toThrow(
        expect.objectContaining({ code: "HEADERS_TOO_LARGE" }),
      );
  });
});
