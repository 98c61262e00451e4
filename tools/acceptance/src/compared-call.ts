import type { EmulatorStore } from "@cloudhaul/emulator";
import type { OfficialCall } from "./official-core.ts";
import type { ClientOptions, Service } from "./services.ts";

/** What the emulator made up, by a name of its own: it differs from run to run. */
export type Ids = Readonly<Record<string, string>>;

/** One operation, called by a client of ours and by the vendor's core. */
export interface ComparedCall {
  readonly service: Service["name"];
  /** The vendor's name of the operation. */
  readonly name: string;
  /** Adds what the call asks for. */
  readonly prepare: (store: EmulatorStore) => Ids;
  readonly ours: (options: ClientOptions, ids: Ids) => Promise<unknown>;
  readonly official: (ids: Ids) => OfficialCall;
}

/** The same call from both ends. */
type Row<Client, Given> = readonly [
  ours: (client: Client, ids: Given) => Promise<unknown>,
  official: (ids: Given) => OfficialCall,
];

/** A service's operations by the vendor's names of them. */
export function comparedCalls<Client extends { close(): Promise<void> }, Given extends Ids>(
  service: Service["name"],
  create: (options: ClientOptions) => Client,
  prepare: (store: EmulatorStore) => Given,
  rows: Readonly<Record<string, Row<Client, Given>>>,
): readonly ComparedCall[] {
  return Object.entries(rows).map(([name, [ours, official]]) => ({
    ...{ service, name, prepare },
    ours: async (options, ids) => {
      const client = create(options);
      await ours(client, ids as Given).finally(() => client.close());
    },
    official: (ids) => official(ids as Given),
  }));
}

/** Asks for the first page. */
export async function firstOf(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items) return;
}
