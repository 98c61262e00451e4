import type { TaskPlan } from "./task-plan.ts";

/** Where a task is, by the emulator's clock. */
export type TaskPhase = "running" | "succeeded" | "failed";

/** A task that has been started and goes as its plan says. */
export interface RunningTask {
  readonly plan: TaskPlan;
  readonly startedAt: Date;
  /** When it will have ended, or did. */
  readonly endsAt: Date;
  /** How it stands by the emulator's clock. */
  phase(): TaskPhase;
  /** How much of it is done, from 0 to 1. */
  progress(): number;
}

/** Starts a task now. */
export function startTask(plan: TaskPlan, now: () => Date): RunningTask {
  const { seconds = 0, outcome = "succeeds" } = plan;
  const startedAt = now();
  const endsAt = new Date(startedAt.getTime() + seconds * 1000);
  const progress = (): number => {
    const lasted = now().getTime() - startedAt.getTime();
    return lasted >= seconds * 1000 ? 1 : Math.max(0, lasted / (seconds * 1000));
  };
  const phase = (): TaskPhase => {
    if (progress() < 1) return "running";
    return outcome === "succeeds" ? "succeeded" : "failed";
  };
  return { plan, startedAt, endsAt, phase, progress };
}
