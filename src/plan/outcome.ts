/** From what was measured to the record of the run. Pure. */
import type { UserError } from '../errors.ts';
import { selectionInWords } from './arguments.ts';
import { type Attribution, NO_COUNTS, type Phase, type RunRecord, type TestReport } from './record.ts';
import type { PlanArguments } from './request-schema.ts';
import type { Environment } from './sandbox/environment.ts';
import type { SandboxImage } from './sandbox/image.ts';
import type { SandboxLimits } from './sandbox/limits.ts';
import type { TestEnd } from './sandbox/test.ts';
import type { Source } from './source/source.ts';
import type { Tally } from './tally.ts';
import { verdict } from './verdict.ts';

export type PhaseSeconds = Partial<Record<Phase, number>>;

/** What the phases of a plan brought. */
export interface Measured {
  readonly source: Pick<Source, 'baseSha' | 'tree' | 'config' | 'notes'>;
  readonly image: SandboxImage;
  readonly environment: Environment;
  readonly limits: SandboxLimits;
  readonly tally: Tally;
  readonly end: TestEnd;
  /** The reproduction line. */
  readonly command: string;
  /** The end of what pytest printed. */
  readonly output: string;
  readonly attributions: ReadonlyMap<string, Attribution>;
  readonly baseCollected: number | null;
  readonly firstTestSeconds: number | null;
  readonly seconds: PhaseSeconds;
}

interface Subject {
  readonly id: string;
  readonly request: { readonly headSha: string };
}

/** The record of a plan whose tests ran. `log`: bytes printed and bytes kept of them. */
export function finishedRecord(
  { id, headSha, arguments: asked }: { id: string; headSha: string; arguments: PlanArguments },
  measured: Measured,
  log: { bytes: number; kept: number },
): RunRecord {
  const { source, tally, end, environment } = measured;
  const judged = verdict(tally, end, {
    failOn: source.config.plan.fail_on,
    attributions: measured.attributions,
    limits: measured.limits,
    output: measured.output,
    baseCollected: measured.baseCollected,
    mismatched: environment.mismatched,
    missing: environment.missing,
  });
  const selection = selectionInWords(asked) ?? [];
  return {
    ...blankRecord(id, headSha),
    ...judged,
    notes: [selection, judged.notes, source.notes, environment.notes, tally.notes].flat(),
    base_sha: source.baseSha,
    tree: source.tree,
    image: measured.image.digest ?? measured.image.id,
    command: measured.command,
    dependencies: environment.description,
    exit_code: tally.status ?? end.status,
    counts: tally.counts,
    base_collected: measured.baseCollected,
    tests: attributed(tally.tests, measured.attributions),
    in_flight: end.timedOut || tally.end === null ? (tally.inFlight[0] ?? null) : null,
    slowest: [...tally.slowest],
    warnings: tally.warnings,
    phases: measured.seconds,
    first_test_seconds: measured.firstTestSeconds,
    truncated: tally.truncated || log.kept < log.bytes,
    log,
  };
}

/**
 * The record, with a note where `tip`, the commit of the base branch now (null: it is gone), is not what was tested:
 * the verdict stands for that, but it is no longer the tree that would land.
 */
export function withMovedBase(record: RunRecord, baseRef: string, tip: string | null): RunRecord {
  if (record.base_sha === null || record.base_sha === tip) return record;
  const now = tip === null ? 'is gone' : `is at ${tip.slice(0, 7)}`;
  const note =
    `The base branch ${baseRef} moved while this plan ran: it ${now}, tested was ${record.base_sha.slice(0, 7)}. ` +
    'Comment `/codex plan` to test what would land now.';
  return { ...record, notes: [note, ...record.notes] };
}

/** Base and head conflict: there is no tree that could be tested. */
export function conflictRecord(
  id: string,
  source: Pick<Source, 'headSha' | 'baseSha' | 'conflicts' | 'notes'>,
  seconds: PhaseSeconds,
): RunRecord {
  const files = source.conflicts.length;
  return {
    ...blankRecord(id, source.headSha),
    title: `Conflicts with the base branch in ${files} file${files === 1 ? '' : 's'}`,
    notes: ['Merge or rebase onto the base branch, resolve the conflicts and push.', ...source.notes],
    base_sha: source.baseSha,
    conflicts: [...source.conflicts],
    phases: seconds,
  };
}

/** A person, or a newer event, ended the run. */
export function cancelledRecord({ id, request }: Subject, reason: string): RunRecord {
  return { ...blankRecord(id, request.headSha), conclusion: 'cancelled', title: `Cancelled: ${reason}` };
}

/** The plan could not be done until a person acts. */
export function refusedRecord({ id, request }: Subject, error: UserError): RunRecord {
  return { ...blankRecord(id, request.headSha), title: error.message, notes: [error.next] };
}

/** The plan was tried as often as it may be. */
export function abandonedRecord({ id, request }: Subject, reason: string): RunRecord {
  return {
    ...blankRecord(id, request.headSha),
    title: 'Codex could not run this plan',
    notes: [
      reason,
      'Comment `/codex plan` to try again; if it stays, the operator finds the run in the log.',
    ],
  };
}

function attributed(tests: readonly TestReport[], by: ReadonlyMap<string, Attribution>): TestReport[] {
  return tests.map((test) => ({ ...test, attribution: by.get(test.nodeid) ?? null }));
}

function blankRecord(id: string, headSha: string): RunRecord {
  return {
    id,
    conclusion: 'failure',
    title: '',
    notes: [],
    head_sha: headSha,
    base_sha: null,
    tree: null,
    conflicts: [],
    image: null,
    command: null,
    dependencies: null,
    exit_code: null,
    counts: NO_COUNTS,
    base_collected: null,
    tests: [],
    in_flight: null,
    slowest: [],
    warnings: 0,
    phases: {},
    first_test_seconds: null,
    truncated: false,
    log: null,
  };
}
