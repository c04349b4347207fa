import type { Client, EvaluationDetails } from '@openfeature/server-sdk';
import type { Capability } from '../capability.ts';
import type { SubjectContext } from '../subject.ts';

/** No decision waits longer for its flag, in milliseconds. */
const PATIENCE_MS = 50;

/** The flag of `capability`, or `late` where there is no answer in time. False is what no answer means. */
export async function evaluateInTime(
  client: Pick<Client, 'getBooleanDetails'>,
  capability: Capability,
  context: SubjectContext,
): Promise<EvaluationDetails<boolean> | 'late'> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(late.resolve, PATIENCE_MS, 'late');
  try {
    return await Promise.race([client.getBooleanDetails(capability, false, { ...context }), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
