import type { Content } from "@cloudhaul/emulator";

/** All bytes of a content that is small enough to hold. */
export async function bytesOf(content: Content): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.stream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
