/**
 * The road of one plan: source → install → test → attribute → record. It knows nothing of GitHub, queues or
 * tables: `codexctl` walks the same road. What a person must act on is thrown as `UserError`; an outage (Docker,
 * git, disk) as any other error, to be tried again; `signal.reason` after an abort.
 */
import { pytestArguments } from './arguments.ts';
import { baseCollection } from './base-collection.ts';
import { both } from './both.ts';
import type { PlanDependencies, PlanInput } from './input.ts';
import { installEnvironment } from './install.ts';
import { conflictRecord, finishedRecord, type Measured } from './outcome.ts';
import { type PhaseClock, startClock } from './phases.ts';
import { failuresOf, type Phase, type RunRecord } from './record.ts';
import { attributeFailures } from './rerun.ts';
import { resolveImage } from './sandbox/image.ts';
import { DEFAULT_LIMITS, type SandboxLimits } from './sandbox/limits.ts';
import { LogWriter } from './sandbox/log.ts';
import { LastBytes } from './sandbox/log-text.ts';
import { reproductionOf, runSession, type Session, type SessionSetting } from './session.ts';
import { isLocal } from './source/remote.ts';
import { prepareSource, type Source } from './source/source.ts';
import { SessionTally, type Tally } from './tally.ts';
import { type Step, unpackFailure } from './unpack-failure.ts';

/** Bytes of pytest's output that the verdict may quote from. */
const OUTPUT_READ = 65_536;

/** What a plan tells while it runs. */
export interface PlanObserver {
  phase(phase: Phase): void;
  /** The tests said something; `read` gives what is known of them at any time. Called with each event. */
  tally(read: () => Tally): void;
}

export async function runPlan(
  input: PlanInput,
  deps: PlanDependencies,
  observer: PlanObserver,
  signal: AbortSignal,
): Promise<RunRecord> {
  const clock = startClock(observer.phase);
  const source = await clock.during('source', () => prepareSource({ ...input, ...deps }, signal));
  if (source.conflicts.length > 0) return conflictRecord(input.id, source, clock.seconds());
  const log = new LogWriter(deps.dataDir, input.id);
  try {
    const measured = await measure(input, deps, { source, clock, log, observer, signal });
    return finishedRecord(input, measured, await log.close());
  } catch (error) {
    await log.discard();
    throw error;
  }
}

interface Course {
  readonly source: Source;
  readonly clock: PhaseClock;
  readonly log: LogWriter;
  readonly observer: PlanObserver;
  readonly signal: AbortSignal;
}

async function measure(input: PlanInput, deps: PlanDependencies, course: Course): Promise<Measured> {
  const { source, clock, log, signal } = course;
  const image = await resolveImage(source.config.plan.image ?? deps.sandboxImage, signal);
  const limits: SandboxLimits = { ...DEFAULT_LIMITS, ...deps.maxima, ...source.config.plan.limits };
  const environment = await clock.during('install', () =>
    installEnvironment(input, deps, { source, image, limits, log, signal }),
  );
  const printed = new LastBytes(OUTPUT_READ);
  const setting: SessionSetting = {
    run: input.id,
    instance: deps.instance,
    source,
    local: isLocal(input.remote),
    baseRef: input.baseRef,
    image,
    environment: environment.volume,
    limits,
    log: {
      write(chunk) {
        printed.push(chunk);
        return log.write(chunk);
      },
    },
    now: deps.now,
  };
  const tested = await clock.during('test', () => testTree(input, deps, setting, course));
  const output = printed.bytes().toString();
  const attributions = await attributeVisibly(input, setting, tested, course);
  return { source, image, environment, limits, ...tested, attributions, output, seconds: clock.seconds() };
}

/** The session that the verdict is about, and beside it what base has to compare with. */
async function testTree(input: PlanInput, deps: PlanDependencies, setting: SessionSetting, course: Course) {
  const results = new SessionTally();
  const read = (): Tally => results.tally();
  let firstTestAt: number | null = null;
  let step: Step | null = null;
  const session: Omit<Session, 'signal'> = {
    phase: 'test',
    of: 'merge',
    pytest: pytestArguments(input.arguments),
    only: input.only,
    collectOnly: false,
    timeoutSeconds: setting.limits.timeoutSeconds,
    onEvent(event) {
      if (event.event === 'step') step = event.step;
      if (event.event === 'start') firstTestAt ??= deps.now();
      results.add(event);
      course.observer.tally(read);
    },
  };
  const [end, baseCollected] = await both(
    course.signal,
    (signal) => runSession(setting, { ...session, signal }),
    (signal) => baseCollection(input, deps, setting, signal),
  );
  const failure = unpackFailure(step, end, read().notes, setting.limits);
  if (failure) throw failure;
  const command = reproductionOf(setting, session);
  const firstTestSeconds = firstTestAt === null ? null : (firstTestAt - input.acceptedAt) / 1000;
  return { tally: results.tally(), end, command, firstTestSeconds, baseCollected };
}

async function attributeVisibly(
  input: PlanInput,
  setting: SessionSetting,
  { tally, end }: { tally: Tally; end: { seconds: number } },
  { clock, signal }: Course,
) {
  const failures = failuresOf(tally).map(({ nodeid }) => nodeid);
  if (failures.length === 0) return new Map();
  const { paths } = input.arguments;
  return clock.during('attribute', () => attributeFailures(setting, failures, paths, end.seconds, signal));
}
