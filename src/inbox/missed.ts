/** One attempt of the sender to deliver. */
export interface Attempt {
  readonly id: string;
  /** The same for every attempt of one delivery. */
  readonly guid: string;
  /** Milliseconds since the epoch. */
  readonly deliveredAt: number;
  /** Whether it was answered 2xx. */
  readonly succeeded: boolean;
}

/** More attempts than this have failed for a reason that another one does not mend. */
const MAX_ATTEMPTS = 5;

/**
 * The latest attempt of each delivery that should be sent again, oldest first; `attempts` are newest first. One that
 * was answered 2xx and is not stored was lost with the database; from before `since`, when the inbox was begun, it is
 * none of ours.
 */
export function missed(
  attempts: readonly Attempt[],
  inbox: { has(guid: string): boolean; readonly since: number },
): Attempt[] {
  const byGuid = Map.groupBy(attempts, ({ guid }) => guid);
  return [...byGuid]
    .flatMap(([guid, all]) => {
      const [latest] = all;
      if (!latest || all.length >= MAX_ATTEMPTS || inbox.has(guid)) return [];
      return latest.deliveredAt >= inbox.since || !all.some(({ succeeded }) => succeeded) ? [latest] : [];
    })
    .toReversed();
}
