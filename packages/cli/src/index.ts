// Every line here is public API.
export { type CommandPage, commandPages } from "./command-pages.ts";
export { type ExitCode, exitCodes } from "./exit-codes.ts";
