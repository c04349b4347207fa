/** What `codexctl governance apply` would change. Pure. */
import type { NewRuleset, Ruleset } from '../../github/ruleset.ts';

export type RulesetChange =
  | { readonly type: 'create'; readonly wanted: NewRuleset; readonly differences: readonly string[] }
  | {
      readonly type: 'update';
      readonly wanted: NewRuleset;
      readonly current: Ruleset;
      readonly differences: readonly string[];
    }
  | { readonly type: 'none'; readonly wanted: NewRuleset; readonly current: Ruleset }
  /** There is one of this name that Codex did not make, or that somebody has added to: it is not touched. */
  | { readonly type: 'refused'; readonly wanted: NewRuleset; readonly reason: string };

/** A line of a comparison, e.g. `rule update`, and what it stands for as text. */
type Facts = ReadonlyMap<string, string>;

/** `existing`: all that apply to the repository, with their rules. `repository`: `owner/name`. */
export function changeTo(
  wanted: NewRuleset,
  existing: readonly Ruleset[],
  repository: string,
): RulesetChange {
  const namesakes = existing.filter(
    ({ name, sourceType, source, target }) =>
      name === wanted.name &&
      sourceType === 'Repository' &&
      source.toLowerCase() === repository.toLowerCase() &&
      target === 'branch',
  );
  const [current, ...more] = namesakes;
  if (!current)
    return { type: 'create', wanted, differences: differencesOf(new Map(), factsOfWanted(wanted)) };
  const reason = more.length > 0 ? 'there are several of this name' : foreignPart(wanted, current);
  if (reason !== null) return { type: 'refused', wanted, reason };
  const differences = differencesOf(factsOfCurrent(current, wanted), factsOfWanted(wanted));
  return differences.length === 0
    ? { type: 'none', wanted, current }
    : { type: 'update', wanted, current, differences };
}

/** GitHub does not tell who made a ruleset: one with other kinds of rules than ours is somebody's own. */
function foreignPart(wanted: NewRuleset, { rules }: Ruleset): string | null {
  const ours = new Set<string>(wanted.rules.map(({ type }) => type));
  const foreign = rules.map(({ type }) => type).filter((type) => !ours.has(type));
  if (foreign.length > 0) return `it has rules that Codex did not make: ${foreign.join(', ')}`;
  return rules.length === 0 ? 'it has no rule that Codex made' : null;
}

function factsOfWanted({ enforcement, bypassApps, include, exclude, rules }: NewRuleset): Facts {
  return new Map([
    ['enforcement', enforcement],
    ['may bypass', listed(bypassApps.map((id) => `Integration ${id} always`))],
    ...placeFacts(include, exclude),
    ...rules.flatMap((rule) => ruleFacts(rule.type, 'parameters' in rule ? rule.parameters : {})),
  ]);
}

/** Of parameters only those that are wanted: GitHub adds defaults of its own. */
function factsOfCurrent(current: Ruleset, wanted: NewRuleset): Facts {
  const { enforcement, bypassActors, include, exclude, rules } = current;
  const known = factsOfWanted(wanted);
  // GitHub shows bypasses only to who may write the ruleset.
  const bypass = bypassActors
    ? listed(bypassActors.map(({ actorType, actorId, mode }) => `${actorType} ${actorId} ${mode}`))
    : (known.get('may bypass') ?? '');
  const facts: [string, string][] = [
    ['enforcement', enforcement],
    ['may bypass', bypass],
    ...placeFacts(include, exclude),
    ...rules.flatMap(({ type, parameters }) => ruleFacts(type, parameters)),
  ];
  return new Map(facts.filter(([name]) => known.has(name) || !name.includes('.')));
}

function placeFacts(include: readonly string[], exclude: readonly string[]): [string, string][] {
  return [
    ['branches', listed(include)],
    ['branches left out', listed(exclude)],
  ];
}

function ruleFacts(type: string, parameters: object): [string, string][] {
  const facts = Object.entries(parameters).map(([name, value]): [string, string] => [
    `${type}.${name}`,
    Array.isArray(value) ? listed(value.map(shown)) : shown(value),
  ]);
  return [[`rule ${type}`, 'on'], ...facts];
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).sort(([one], [other]) => one.localeCompare(other));
  return entries.map(([name, part]) => `${name} ${shown(part)}`).join(' ');
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : [...items].sort().join(', ');
}

function differencesOf(current: Facts, wanted: Facts): string[] {
  const names = [...new Set([...current.keys(), ...wanted.keys()])];
  return names.flatMap((name) => {
    const [before, after] = [current.get(name), wanted.get(name)];
    if (before === after) return [];
    return [
      ...(before === undefined ? [] : [`- ${name}: ${before}`]),
      ...(after === undefined ? [] : [`+ ${name}: ${after}`]),
    ];
  });
}
