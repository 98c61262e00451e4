import { crypto } from "./builtins.ts";
import { createRecall } from "./recall.ts";

const blockBytes = 64;
const digestBytes = 32;

/** A key as HMAC puts it before what it hashes. `outer` has room for the inner hash after it. */
interface Pads {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** A program signs with one key or two; the bound is for those that serve many accounts. */
const recallPads = createRecall<Pads>(16);

/**
 * HMAC-SHA256 in hex, by its definition (RFC 2104): two plain hashes, which take half the time of `createHmac`, since
 * that prepares the same key anew for each request.
 */
export function hmac(key: string, text: string): string {
  const { inner, outer } = recallPads(key, () => padsOf(key));
  const message = Buffer.allocUnsafe(blockBytes + Buffer.byteLength(text));
  inner.copy(message);
  message.write(text, blockBytes);
  outer.write(crypto().hash("sha256", message, "binary"), blockBytes, "binary");
  return crypto().hash("sha256", outer, "hex");
}

function padsOf(key: string): Pads {
  const bytes = Buffer.from(key);
  const block = Buffer.alloc(blockBytes);
  (bytes.length > blockBytes ? crypto().createHash("sha256").update(bytes).digest() : bytes).copy(block);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  for (const [index, byte] of block.entries()) outer[index] = byte ^ 0x5c;
  return { inner: block.map((byte) => byte ^ 0x36) as Buffer, outer };
}
