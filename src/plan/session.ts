/** One session of pytest in one container: on the merged tree or on base, all tests or some. */
import { reproduction } from './sandbox/reproduction.ts';
import { runTests, type TestEnd, type TestRequest } from './sandbox/test.ts';
import { type Packed, packTree } from './source/pack.ts';
import type { Source } from './source/source.ts';

/** What all sessions of one plan share. */
export interface SessionSetting
  extends Pick<TestRequest, 'run' | 'instance' | 'image' | 'environment' | 'limits' | 'log'> {
  readonly source: Source;
  /** The repository lies on this machine. */
  readonly local: boolean;
  readonly baseRef: string;
  readonly now: () => number;
}

export interface Session extends Pick<TestRequest, 'onEvent' | 'signal'> {
  /** Names the container among those of the plan. */
  readonly phase: 'test' | 'rerun-head' | 'rerun-base' | 'collect-base';
  readonly of: 'merge' | 'base';
  /** pytest's arguments, those of the configuration left out. */
  readonly pytest: readonly string[];
  /** Node ids; null: whatever pytest selects. */
  readonly only: readonly string[] | null;
  readonly collectOnly: boolean;
  readonly timeoutSeconds: number;
}

/** Throws `signal.reason` after an abort, `DockerError` or `GitError` for an outage; no container is left. */
export async function runSession(setting: SessionSetting, session: Session): Promise<TestEnd> {
  const { source, baseRef } = setting;
  const merge = session.of === 'merge';
  const tree = merge ? source.tree : source.baseTree;
  const parents = merge ? ([source.baseSha, source.headSha] as const) : ([source.baseSha] as const);
  const pack = await packTree(source.mirror, { tree, parents, branch: baseRef }, session.signal);
  try {
    const end = await testIn(setting, session, pack);
    await pack.done;
    return end;
  } finally {
    // A container that was never made leaves a git that nobody reads.
    pack.stream.destroy();
  }
}

function testIn(setting: SessionSetting, session: Session, pack: Packed): Promise<TestEnd> {
  const { plan } = setting.source.config;
  return runTests({
    ...setting,
    phase: session.phase,
    header: {
      ...pack.header,
      pytest: [...plan.pytest, ...session.pytest],
      command: plan.command ?? null,
      only: session.only,
      collect_only: session.collectOnly,
      environment: plan.environment,
    },
    pack: pack.stream,
    limits: { ...setting.limits, timeoutSeconds: session.timeoutSeconds },
    signal: session.signal,
    onEvent: session.onEvent,
    now: setting.now(),
  });
}

/** What a person pastes to run the same session on the merged tree again. */
export function reproductionOf(
  setting: SessionSetting,
  { pytest, only }: Pick<Session, 'pytest' | 'only'>,
): string {
  const { source, image, limits } = setting;
  const { plan } = source.config;
  return reproduction({
    baseSha: source.baseSha,
    headSha: source.headSha,
    fetch: !setting.local,
    image: image.digest ?? image.id,
    volume: setting.environment,
    limits,
    environment: plan.environment,
    command: plan.command ?? null,
    pytest: [...plan.pytest, ...pytest, ...(only ?? [])],
  });
}
