/** The order in which intents go into a base. Pure. */
import type { Intent } from './intent.ts';

type Place = Pick<Intent, 'id' | 'priority' | 'createdAt'>;

/** 1 for a pull request with one of the repository's priority labels. GitHub tells labels apart without regard to case. */
export function priorityOf(labels: readonly string[], priorityLabels: readonly string[]): number {
  const priority = new Set(priorityLabels.map((label) => label.toLowerCase()));
  return labels.some((label) => priority.has(label.toLowerCase())) ? 1 : 0;
}

/** Pull requests of `line` (next first) that go before the intent at `place`: who merges, who has priority, who is older. */
export function aheadOf(place: Place, line: readonly Intent[]): number[] {
  return line
    .filter((other) => other.id !== place.id && (other.state === 'merging' || goesBefore(other, place)))
    .map(({ request }) => request.pull);
}

function goesBefore(one: Place, other: Place): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  return one.createdAt === other.createdAt ? one.id < other.id : one.createdAt < other.createdAt;
}
