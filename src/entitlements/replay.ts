import { type Decision, decide } from './decide.ts';
import type { StoredDecision } from './decisions.ts';
import type { Evaluation } from './evaluation.ts';
import { flagsOf } from './flags/flags.ts';

/** The decision made again, by the set of flags with the text `content`; null: by none. Throws `InvalidFlags`. */
export async function replay(stored: StoredDecision, content: string | null): Promise<Decision> {
  const { capability, subscription, subscriptionEvent } = stored.decision;
  const evaluation = await evaluateAgain(stored, content);
  return decide({
    capability,
    evaluation,
    standing: subscription,
    subscriptionEvent,
    fallback: stored.fallback,
  });
}

async function evaluateAgain(
  { decision, context }: StoredDecision,
  content: string | null,
): Promise<Evaluation> {
  if (content === null) return { kind: 'unknown', flagSet: null };
  const flags = await flagsOf(content);
  try {
    return await flags.evaluate(decision.capability, context);
  } finally {
    await flags.close();
  }
}
