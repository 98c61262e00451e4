import { downloadLink } from "@cloudhaul/core-http";

const [, , url = "", path = ""] = process.argv;
try {
  const { sha256, resumedFromByte, attempts } = await downloadLink({ url }).toFile(path);
  console.log(JSON.stringify({ sha256, resumedFromByte, attempts }));
} catch (error) {
  console.log(JSON.stringify({ code: (error as { code?: string }).code, message: String(error) }));
}
