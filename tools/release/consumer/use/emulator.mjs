// The cloud that it saves from is its own; the content is the one that the digests are known of.
import { writeFile } from "node:fs/promises";
import { startEmulator, zipContent } from "@cloudhaul/emulator";

const emulator = await startEmulator();
const content = zipContent({ seed: "link", bytes: 2_000_000, fileName: "link.zip" });
emulator.store.obs.put("bucket", "object.zip", content);
const answer = await fetch(emulator.store.obs.link("bucket", "object.zip"));
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
await writeFile("saved/object.zip", Buffer.from(await answer.arrayBuffer()));
await emulator.close();
