import { createIotdaExportClient } from "@cloudhaul/iotda-export";

const iotda = createIotdaExportClient({ region: process.env.CLOUDHAUL_REGION });
await iotda.downloadExportFile({ exportTaskId: "5f1e6a2b3c4d5e6f70819203" }).toFile("saved/");
