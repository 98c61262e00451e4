import { downloadLink, IntegrityError } from "@cloudhaul/core-http";

const url = process.env.LINK ?? "";
const sha256 = process.env.LINK_SHA256 ?? "";
const file = await downloadLink({ url }).toFile("files/", { sha256, overwrite: "if-different" });
console.log(file.path, file.sha256);

try {
  await downloadLink({ url }).toFile("other/", { sha256: "0".repeat(64) });
} catch (error) {
  if (!IntegrityError.isInstance(error)) throw error;
  console.log(error.code, error.received === sha256); // INTEGRITY_DIGEST true, and nothing was published
}
