import { downloadLink } from "@cloudhaul/core-http";

await downloadLink({ url: process.env.CLOUDHAUL_LINK }).toFile("saved/");
