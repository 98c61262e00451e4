import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  aria2c,
  axios,
  cloudhaul,
  cloudhaulParallel,
  curl,
  curlAndDigest,
  importClients,
  type Link,
  oneStream,
  setClients,
  undici,
} from "./clients.ts";
import type { Contest, Contestant } from "./contest.ts";
import { limitedRate } from "./nginx.ts";
import { type Scale, shownSize, smallBytes, tinyBytes } from "./scale.ts";
import { oneWayMs, type Scene } from "./scene.ts";
import { type Layout, layouts, type Section } from "./section.ts";
import { signingScores } from "./signing.ts";
import { signingSection } from "./signing-section.ts";

/** What a case is given. */
export interface Bench {
  readonly scene: Scene;
  readonly scale: Scale;
  /** The counted rounds. */
  readonly rounds: number;
  hold(contest: Contest, layout: Layout): Promise<Section>;
}

/** One question, and how it is answered. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** For readers of the tables. */
  readonly what: string;
  /** Rounds of the full form. */
  readonly rounds: number;
  run(bench: Bench): Promise<readonly Section[]>;
}

type Origin = keyof Scene["origins"];
type Client = (link: Link) => Contestant;
const noDigest = cloudhaul("cloudhaul, sha256: off", { sha256: "off" });
const withDigest = cloudhaul("cloudhaul", {});

/** A contest in which every client saves the same file. */
async function oneFile(
  { scene }: Bench,
  { slug, title, origin, bytes }: { slug: string; title: string; origin: Origin; bytes: number },
  clients: readonly Client[],
): Promise<Contest> {
  const { path, expected } = await scene.serve(bytes);
  const link = { url: scene.origins[origin] + path, certificate: scene.certificate };
  return {
    slug,
    title: `${title}, ${shownSize(bytes)}`,
    place: "memory",
    contestants: clients.map((client) => client(link)),
    expected: new Map([["file.bin", expected]]),
  };
}

/** The same over HTTP and over HTTPS. */
async function bothWays(bench: Bench, slug: string, clients: readonly Client[]): Promise<readonly Section[]> {
  const bytes = bench.scale.streamBytes;
  const ways = { http: "HTTP", https: "HTTPS" } as const;
  const sections: Section[] = [];
  for (const origin of ["http", "https"] as const) {
    const contest = await oneFile(
      bench,
      { slug: `${slug}-${origin}`, title: ways[origin], origin, bytes },
      clients,
    );
    sections.push(await bench.hold(contest, layouts.transfer));
  }
  return sections;
}

const packagesFolder = resolve(import.meta.dirname, "../../../packages");

/** Ours, as they stand in the repository, and others. */
function importedPackages(): readonly Contestant[] {
  const ours = globSync("*/package.json", { cwd: packagesFolder })
    .sort()
    .map((file) => {
      const { name } = JSON.parse(readFileSync(join(packagesFolder, file), "utf8")) as { name: string };
      const isBuilt = existsSync(join(packagesFolder, dirname(file), "dist/index.js"));
      return { name, absent: isBuilt ? undefined : "not built" };
    });
  const others = ["esdk-obs-nodejs", "undici", "got", "axios"].map((name) => ({ name }));
  const module = "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
  return importClients([...ours, { name: "huaweicloud-sdk-core, client", module }, ...others]);
}

/** The command when it has nothing to do but talk, beside a Node that has nothing to do at all. */
function helpOfCommand(): Contest {
  const cli = join(packagesFolder, "cli");
  const absent = existsSync(join(cli, "dist/main.js")) ? undefined : "not built";
  const help = [process.execPath, join(cli, "bin/cloudhaul.js"), "--help"];
  return {
    ...{ slug: "help", title: "The command's help", place: "memory", expected: new Map() },
    contestants: [
      { name: "node -e ''", command: [process.execPath, "-e", ""] },
      { name: "cloudhaul --help", command: help, absent },
    ],
  };
}

export const cases: readonly BenchCase[] = [
  {
    name: "stream",
    title: "One stream",
    what: "One file over one connection, no digest of it. Ours flushes the file before it ends, as it does by default.",
    rounds: 5,
    run: (bench) => bothWays(bench, "stream", [...oneStream, noDigest]),
  },
  {
    name: "digest",
    title: "One stream and its sha256",
    what: "Ours, as it is by default, tells the sha256 of what it saved. Of curl's file openssl tells it afterwards; axios tells none.",
    rounds: 5,
    run: (bench) => bothWays(bench, "digest", [curlAndDigest, axios, withDigest]),
  },
  {
    name: "limited",
    title: "Eight connections, each of them limited",
    what: `The server gives each connection ${limitedRate.replace("m", " MiB")} in a second, the first second ahead.`,
    rounds: 3,
    run: async (bench) => {
      const about = {
        slug: "limited",
        title: "HTTP",
        origin: "limited",
        bytes: bench.scale.limitedBytes,
      } as const;
      const contest = await oneFile(bench, about, [aria2c(8), await cloudhaulParallel(8)]);
      return [await bench.hold(contest, layouts.wait)];
    },
  },
  {
    name: "delay",
    title: "A far server",
    what: `A proxy holds everything back for ${oneWayMs} ms in each direction, a new connection for a round trip, and has at most 1 MiB on its way in a connection.`,
    rounds: 5,
    run: async (bench) => {
      const about = {
        slug: "delay",
        title: "HTTP",
        origin: "delayed",
        bytes: bench.scale.delayedBytes,
      } as const;
      const clients = [curl, aria2c(8), undici, noDigest, await cloudhaulParallel(8)];
      return [await bench.hold(await oneFile(bench, about, clients), layouts.wait)];
    },
  },
  {
    name: "small",
    title: "Many small files",
    what: "Saved on the disk, eight at a time, in one process. Ours makes a sha256 of each, and flushes each to the disk unless told not to; the others do neither.",
    rounds: 5,
    run: async ({ scene, scale, hold }) => {
      const set = await scene.serveSet(scale.smallFiles, smallBytes);
      const title = `HTTP, ${scale.smallFiles.toLocaleString("en")} files of ${shownSize(smallBytes)}`;
      const contestants = setClients(set);
      const contest = { slug: "small", title, place: "disk", contestants, expected: set.expected } as const;
      return [await hold(contest, layouts.transfer)];
    },
  },
  {
    name: "cold",
    title: "A cold process",
    what: "From the start of a process to its end, with next to nothing to download: what comes before the first byte.",
    rounds: 15,
    run: async (bench) => {
      const about = { slug: "cold", title: "HTTP", origin: "http", bytes: tinyBytes } as const;
      return [await bench.hold(await oneFile(bench, about, [...oneStream, withDigest]), layouts.start)];
    },
  },
  {
    name: "memory",
    title: "Memory",
    what: "The most that a process held while it saved a file over HTTP: it should not grow with the file.",
    rounds: 3,
    run: async (bench) => {
      const clients = [curl, undici, axios, withDigest];
      const contests: Contest[] = [];
      for (const bytes of bench.scale.memoryBytes) {
        contests.push(
          await oneFile(bench, { slug: "memory", title: "HTTP", origin: "http", bytes }, clients),
        );
      }
      const contestants = clients.flatMap((_, client) =>
        contests.flatMap(({ contestants, expected }, size) => {
          const contestant = contestants[client];
          const bytes = shownSize(bench.scale.memoryBytes[size] ?? 0);
          return contestant ? [{ ...contestant, name: `${contestant.name}, ${bytes}`, expected }] : [];
        }),
      );
      const contest: Contest = {
        ...{ slug: "memory", title: "HTTP", place: "memory" },
        ...{ contestants, expected: new Map() },
      };
      return [await bench.hold(contest, layouts.memory)];
    },
  },
  {
    name: "import",
    title: "Imports",
    what: "A process that loads one package and does nothing with it, beside one that loads nothing; and the command that prints its help.",
    rounds: 15,
    run: async ({ hold }) => {
      const contestants = importedPackages();
      const contest = {
        slug: "import",
        title: "One package",
        place: "memory",
        contestants,
        expected: new Map(),
      } as const;
      return [await hold(contest, layouts.start), await hold(helpOfCommand(), layouts.wait)];
    },
  },
  {
    name: "signing",
    title: "Signing",
    what: "Signing a GET with 3 parameters, in one process, beside the signers of huaweicloud-sdk-core.",
    rounds: 15,
    run: async ({ scale, rounds }) => [signingSection(signingScores(rounds, scale.signatures))],
  },
];
