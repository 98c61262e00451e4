import type { Content } from "./content.ts";

/** How one export task is to go. */
export interface TaskPlan {
  /** How long it runs, in seconds by the emulator's clock. Default 0: it has ended when it is first asked for. */
  readonly seconds?: number | undefined;
  /** Default `succeeds`. */
  readonly outcome?: "succeeds" | "fails" | undefined;
  /** What the service says of a failure, where it says anything. */
  readonly reason?: string | undefined;
  /** What the export makes. Default: a small zip, the same each time. */
  readonly content?: Content | undefined;
}

/** How the tasks that are started from now on are to go. */
export interface TaskPlans {
  /** For the next task that is started; plans queue up. */
  planNext(plan: TaskPlan): void;
  /** For every task that no plan of {@link planNext} is left for. */
  planAll(plan: TaskPlan): void;
  /** Takes the plan of a task that starts now. */
  take(): TaskPlan;
}

/** No plan yet: tasks end at once, and well. */
export function createTaskPlans(): TaskPlans {
  const next: TaskPlan[] = [];
  let all: TaskPlan = {};
  return {
    planNext: (plan) => void next.push(plan),
    planAll(plan) {
      all = plan;
    },
    take: () => ({ ...all, ...next.shift() }),
  };
}
