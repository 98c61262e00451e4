import {
  AuthenticationError,
  type Authorizer,
  type ContentKind,
  createDownload,
  createLinkSource,
  type Download,
  exchange,
  type HttpSettings,
} from "@cloudhaul/core-http";

/**
 * What a file is fetched from.
 *
 * - `validated`, `dated`, `bare`: an operation of a service whose answers carry a strong ETag, a date, or neither
 * - `link`: a pre-signed link with an ETag, that can be renewed
 * - `once-only`: an operation with an ETag that gives the file once
 */
export const sourceKinds = ["validated", "dated", "bare", "link", "once-only"] as const;
export type SourceKind = (typeof sourceKinds)[number];

const operation = "DownloadUnderFaults";

/** The download of `/file` at this origin. */
export function downloadFrom(
  kind: SourceKind,
  origin: string,
  content: ContentKind,
  settings: HttpSettings,
): Download {
  if (kind === "link") return linkDownload(origin, content, settings);
  const authorizer = countingTokens();
  const repeat = kind === "once-only" ? "never" : "safe";
  const freshConnection = kind === "once-only";
  return createDownload({
    operation,
    repeat,
    content,
    settings,
    identity: async () => ({ service: "faults", host: new URL(origin).host, ids: ["file"] }),
    open({ headers, acceptStatus }, signal) {
      const request = { method: "GET", url: `${origin}/file`, headers };
      return exchange(
        { operation, request, repeat, authorizer, acceptStatus, freshConnection },
        settings,
        signal,
      );
    },
  });
}

/** `token-1`, and another number after each refusal. */
function countingTokens(): Authorizer {
  let count = 1;
  return {
    authorize: async (request) => ({
      ...request,
      headers: { ...request.headers, "x-auth-token": `token-${count}` },
    }),
    async refused({ again }) {
      if (again) {
        throw new AuthenticationError(
          { credentialKind: "token", source: "faults" },
          "The fresh token was refused too.",
        );
      }
      count++;
    },
  };
}

/** `signature-1`, and another number each time that it is renewed. */
function linkDownload(origin: string, content: ContentKind, settings: HttpSettings): Download {
  const expires = Math.round(Date.now() / 1000) + 3600;
  let count = 0;
  const nextLink = (): string => {
    count++;
    return `${origin}/file?AccessKeyId=key&Expires=${expires}&Signature=signature-${count}`;
  };
  return createDownload(
    createLinkSource(nextLink(), { operation, settings, content, renew: async () => nextLink() }),
  );
}
