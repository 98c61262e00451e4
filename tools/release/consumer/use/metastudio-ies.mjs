import { createMetastudioIesClient } from "@cloudhaul/metastudio-ies";

const metastudio = createMetastudioIesClient({ region: process.env.CLOUDHAUL_REGION });
await metastudio.downloadResultFile({ taskId: "metastudio-task" }).toFile("saved/");
