import { createRomaAssetsClient } from "@cloudhaul/roma-assets";

const roma = createRomaAssetsClient({ region: "cn-north-4" });
const instanceId = process.env.ROMA_INSTANCE_ID ?? "";
const apps = [process.env.ROMA_APP_ID ?? ""];
const file = await roma.exportAssets({ instanceId, apps }, { onLost: "export-again" }).toFile("assets/");
console.log(file.path, file.bytes, file.sha256);
await roma.close();
