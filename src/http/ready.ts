import { messageOf } from '../errors.ts';
import { redact } from '../redact.ts';

/** One part that must work before Codex is ready. */
export interface ReadyCheck {
  readonly name: string;
  /** Null when it works, else what does not, in words without secrets. May throw. */
  check(): Promise<string | null>;
}

export interface Readiness {
  readonly status: 'ok' | 'failing';
  /** `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Runs every check at once; one that takes longer than `timeoutMs` counts as failing. */
export async function readiness(checks: readonly ReadyCheck[], timeoutMs: number): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async (part) => [part.name, (await outcome(part, timeoutMs)) ?? 'ok'] as const),
  );
  const failing = results.some(([, result]) => result !== 'ok');
  return { status: failing ? 'failing' : 'ok', checks: Object.fromEntries(results) };
}

async function outcome(part: ReadyCheck, timeoutMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs);
  });
  try {
    return await Promise.race([part.check(), late]);
  } catch (error) {
    return redact(messageOf(error));
  } finally {
    clearTimeout(timer);
  }
}
