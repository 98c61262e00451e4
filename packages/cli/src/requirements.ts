/** What the command promises. Each id stands in the title of the test that proves it; an unproven one fails the checks. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "CLI-1": {
      behaviour: "Help and version load nothing of the library, and no service",
      source: "Cloudhaul: the command starts fast",
    },
    "CLI-2": {
      behaviour: "Every class of error has its exit code, and each is reached by a real cause",
      source: "Cloudhaul: exit codes",
    },
    "CLI-3": {
      behaviour: "Data goes to stdout and talk to stderr: of a saved file, its path alone is data",
      source: "Cloudhaul: data on stdout",
    },
    "CLI-4": {
      behaviour:
        "With --json there is one line for each file, then a sum; errors are JSON on stderr, with the library's code",
      source: "Cloudhaul: JSON lines",
    },
    "CLI-5": {
      behaviour:
        "--output - hands a file on as fast as its reader takes it; a reader that goes away is no noise",
      source: "Cloudhaul: data on stdout",
    },
    "CLI-6": { behaviour: "Flags mean the same in every command", source: "Cloudhaul: flags" },
    "CLI-7": {
      behaviour: "Links come from the command line, a file or stdin; one that fails does not stop the rest",
      source: "Cloudhaul: lists of links",
    },
    "CLI-8": {
      behaviour:
        "An interruption keeps what came, says how to go on, and ends with 130; the second one ends it at once",
      source: "Cloudhaul: interruption",
    },
    "CLI-9": {
      behaviour: "Sizes are in IEC units, times local with their zone",
      source: "https://physics.nist.gov/cuu/Units/binary.html",
    },
    "CLI-10": { behaviour: "No name from a server can command a terminal", source: "Cloudhaul: names" },
    "CLI-11": {
      behaviour: "On a terminal each running file has a bar, also in a window that changes its size",
      source: "Cloudhaul: progress",
    },
    "CLI-12": {
      behaviour: "Elsewhere there are plain lines now and then, without escape codes",
      source: "Cloudhaul: progress",
    },
    "CLI-13": {
      behaviour: "Every command explains itself with examples that work; cloudhaul alone fits one screen",
      source: "Cloudhaul: help that teaches",
    },
    "CLI-14": {
      behaviour: "A wrong command or flag names the nearest right one and where help is, and ends with 2",
      source: "Cloudhaul: help that teaches",
    },
    "CLI-15": {
      behaviour: "A secret on the command line is refused, not shown, and the right place for it is named",
      source: "Cloudhaul: secrets",
    },
    "CLI-16": { behaviour: "bash completes commands and flags", source: "Cloudhaul: completion" },
    "CLI-17": {
      behaviour:
        "clean removes what interrupted downloads left, when told to; never what is in use, and what is left of files that come once only when told so",
      source: "Cloudhaul: clean",
    },
    "CLI-18": {
      behaviour: "doctor looks at credential, clock, endpoint, proxy and disk, and says what to fix",
      source: "Cloudhaul: doctor",
    },
    "CLI-19": {
      behaviour: "The pages of the commands say what --help says",
      source: "Cloudhaul: one source for help and pages",
    },
    "CLI-20": {
      behaviour: "Each service's files are saved by a command, and a file that comes once is asked for once",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/DownloadAssetArchive.html",
    },
    "CLI-21": {
      behaviour: "emulator runs a local cloud that the other commands find; it need not be installed",
      source: "Cloudhaul: emulator",
    },
    "CLI-22": {
      behaviour:
        "Whole jobs and lists of each service are commands: export, wait, save; what can be exported; what was",
      source: "Cloudhaul: whole jobs",
    },
    "CLI-23": {
      behaviour:
        "Where a service does not know an id, one request more looks for the nearest that it knows; the error stays what it was",
      source: "Cloudhaul: help that teaches",
    },
    "CLI-24": {
      behaviour:
        "npx cloudhaul runs in the repository once it is built, and in a project into which the packages were installed",
      source: "Cloudhaul: the command is there",
    },
  };
