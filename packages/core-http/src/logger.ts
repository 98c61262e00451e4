/** Where log lines go. `console` fits. Fields never hold a secret. */
export interface Logger {
  /** What was sent and answered. */
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** What was done. */
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** What went wrong and is being tried again. */
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** What went wrong for good. */
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** A logger that passes every line to `target`, if there is one, and to the diagnostics channel `cloudhaul`. */
export function createLogger(target: Logger | undefined): Logger {
  const events = process.getBuiltinModule("node:diagnostics_channel").channel("cloudhaul");
  const line =
    (level: keyof Logger): Logger["debug"] =>
    (message, fields) => {
      try {
        target?.[level](message, fields);
      } catch {
        // A logger that fails must not end what it tells of, least of all in the background, where it would end the process.
      }
      if (events.hasSubscribers) events.publish({ level, message, ...fields });
    };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}
