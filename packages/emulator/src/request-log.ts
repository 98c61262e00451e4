/** One request that the emulator got, with what became of it. Credentials are kept: this is a test tool. */
export interface RequestRecord {
  readonly method: string;
  /** Path and query, as the client wrote them. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly at: Date;
  /** Of the answer; `undefined` while there is none, and for good when a fault dropped the connection. */
  readonly status: number | undefined;
  /** Bytes of the body handed to the connection so far. */
  readonly bytesSent: number;
  /** Whether the answer was sent to its end. */
  readonly completed: boolean;
  /** The fault of the emulator itself that spoiled the answer. */
  readonly failure?: string | undefined;
}

/** A record that is still being written. */
export type OpenRecord = { -readonly [Name in keyof RequestRecord]: RequestRecord[Name] };

const keptRecords = 10_000;

/** Adds a record, and forgets the oldest when there are too many. */
export function keep<Entry>(records: Entry[], record: Entry): void {
  records.push(record);
  if (records.length > keptRecords) records.shift();
}
