/**
 * Does two things at the same time. Where one fails, or `signal` aborts, the other is aborted, too, and this rejects
 * once both have ended: no container of either outlives it.
 */
export async function both<One, Other>(
  signal: AbortSignal,
  one: (signal: AbortSignal) => Promise<One>,
  other: (signal: AbortSignal) => Promise<Other>,
): Promise<[One, Other]> {
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const started = [one(ended), other(ended)] as const;
  for (const each of started) each.catch((error: unknown) => failed.abort(error));
  await Promise.allSettled(started);
  failed.signal.throwIfAborted();
  return Promise.all(started);
}
