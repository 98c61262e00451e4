import { downloadLink } from "@cloudhaul/core-http";
import { peakKib } from "./peak-memory.ts";

const [, , url = "", path = "", connections = "1"] = process.argv;
try {
  const { sha256, resumedFromByte, attempts } = await downloadLink({ url }).toFile(path, {
    connections: Number(connections),
  });
  console.log(JSON.stringify({ sha256, resumedFromByte, attempts, peakKib: peakKib() }));
} catch (error) {
  console.log(JSON.stringify({ code: (error as { code?: string }).code, message: String(error) }));
}
