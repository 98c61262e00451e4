import { type AccessKey, type SignableRequest, signRequest, verifyRequest } from "@cloudhaul/core-auth";
import { type OfficialRequest, officialSigners } from "./official-signers.ts";
import { type Score, sideBySide } from "./side-by-side.ts";

/** Signing is to be so many times as fast as the vendor's. */
const wanted = 2;

const accessKey: AccessKey = {
  accessKeyId: "AKEXAMPLE0123456789A",
  secretAccessKey: "no-secret-of-anyone-0123456789abcdefghij",
};
const derived = { region: "cn-north-4", service: "iotdm" };
const official = officialSigners(accessKey, derived);

const origin = "https://hss.cn-north-4.myhuaweicloud.com";
const path = "/v5/0e0c5cd3f2c34d0d9c7b1f4a9f0a1b2c/vul/export";
const queryParams = { category: "host", limit: "100", offset: "0" };
const headers = { "content-type": "application/json", "x-project-id": "0e0c5cd3f2c34d0d9c7b1f4a9f0a1b2c" };

/** A GET with three parameters, as each side is given it. */
const request: SignableRequest = {
  method: "GET",
  url: `${origin}${path}?${new URLSearchParams(queryParams)}`,
  headers,
};
const officialRequest: OfficialRequest = {
  method: "GET",
  endpoint: `${origin}${path}`,
  queryParams,
  headers,
};

const contests = [
  {
    name: "SDK-HMAC-SHA256",
    ours: () => signRequest(request, accessKey, { date: new Date() }),
    theirs: () => official.plain(officialRequest),
  },
  {
    name: "V11-HMAC-SHA256",
    ours: () => signRequest(request, accessKey, { date: new Date(), derived }),
    theirs: () => official.derived(officialRequest),
  },
];

/** Fast and wrong would win, too. */
function checkSigned(name: string, signed: Record<string, string>): void {
  const verdict = verifyRequest({ ...request, headers: signed }, { accessKey: () => accessKey });
  if (!verdict.ok) throw new Error(`${name}: the signature does not verify: ${verdict.message}`);
}

/**
 * Signs a GET with 3 parameters, by ours and by the vendor's signers.
 *
 * @throws Error when a signature does not verify
 */
export function signingScores(rounds: number, operations: number): readonly Score[] {
  return contests.map((contest) => {
    checkSigned(contest.name, contest.ours());
    checkSigned(contest.name, contest.theirs());
    return sideBySide(contest, rounds, operations);
  });
}

if (import.meta.main) {
  const [rounds, operations] = [15, 5_000];
  console.log(
    `Signing a GET with 3 parameters, medians of ${rounds} rounds of ${operations}. Node ${process.version}\n`,
  );
  console.log(
    `${"algorithm".padEnd(17)}${"ours, ops/s".padStart(14)}${"official, ops/s".padStart(18)}${"ratio".padStart(9)}`,
  );
  for (const { name, ours, theirs, ratio } of signingScores(rounds, operations)) {
    const figures = [ours, theirs].map((figure) => Math.round(figure).toLocaleString("en"));
    console.log(
      `${name.padEnd(17)}${figures[0]?.padStart(14)}${figures[1]?.padStart(18)}${`${ratio.toFixed(2)}x`.padStart(9)}`,
    );
    if (ratio < wanted) process.exitCode = 1;
  }
}
