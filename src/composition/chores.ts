/** What no event asks for: reconciliation at the start and every few minutes, retention every six hours. */
import type { InboxStore } from '../inbox/store.ts';
import { reconcileCheckRuns, reconcileContainers } from '../plan/reconciliation.ts';
import type { Codex } from './codex.ts';
import type { Chore } from './housekeeping.ts';
import { forgetOld } from './retention.ts';

const MINUTE = 60_000;
const RETENTION_EVERY = 6 * 60 * MINUTE;

/** Removes the containers that a killed process left: their runs must not start again beside them. */
export function containersChore(codex: Codex): Chore {
  const isActive = (run: string) => codex.worker.runs(run) || codex.environments.installs(run);
  return { name: 'containers', every: MINUTE, work: () => reconcileContainers(isActive, codex) };
}

export function otherChores(codex: Codex, inbox: InboxStore): Chore[] {
  return [
    { name: 'merges', every: MINUTE, work: async () => codex.merges.wakeAll() },
    { name: 'freezes', every: MINUTE, work: async () => codex.governance.showFreezes() },
    { name: 'heartbeats', every: MINUTE, work: (signal) => codex.alerts.tellSilence(signal) },
    { name: 'check runs', every: 10 * MINUTE, work: (signal) => reconcileCheckRuns(codex, signal) },
    { name: 'retention', every: RETENTION_EVERY, work: (signal) => forgetOld(codex, inbox, signal) },
  ];
}
