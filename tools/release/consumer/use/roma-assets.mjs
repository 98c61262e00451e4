import { createRomaAssetsClient } from "@cloudhaul/roma-assets";

const roma = createRomaAssetsClient({ region: process.env.CLOUDHAUL_REGION });
const archiveId = process.env.CLOUDHAUL_ARCHIVE_ID;
await roma.downloadAssetPackage({ instanceId: "roma-instance", archiveId }).toFile("saved/");
