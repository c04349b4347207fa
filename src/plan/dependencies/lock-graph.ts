/**
 * From a lock file's packages to pinned requirements. A lock holds what any platform may need; the condition
 * under which a package is needed stands on the edges, so every way from the project to the package is walked.
 */
import { formatRequirement, normalizeName } from './requirement.ts';

export interface Edge {
  readonly name: string;
  /** Set where the lock has several versions. */
  readonly version: string | null;
  readonly extras: readonly string[];
  readonly marker: string | null;
}

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** `index`: installed from there. `local`: the project or a part of its workspace. `other`: git, URL, path. */
  readonly source: 'index' | 'local' | 'other';
  readonly edges: readonly Edge[];
  /** What each extra adds. */
  readonly extras: Readonly<Record<string, readonly Edge[]>>;
}

/** Ways to one package that are told apart; with more, the package is taken to be needed always. */
const MAX_WAYS = 8;

interface Visit {
  readonly edge: Edge;
  /** Markers on the way, all of which must hold. */
  readonly way: readonly string[];
}

/** Pinned PEP 508 lines for everything the roots need, and notes about what no index has. */
export function pinned(packages: readonly LockedPackage[], roots: readonly Edge[]) {
  const byName = Map.groupBy(packages, ({ name }) => name);
  const ways = new Map<LockedPackage, Set<string>>();
  const walked = new Map<string, Set<string>>();
  const queue: Visit[] = roots.map((edge) => ({ edge, way: [] }));
  for (let visit = queue.pop(); visit; visit = queue.pop()) {
    const way = visit.edge.marker ? [...new Set([...visit.way, visit.edge.marker])].sort() : visit.way;
    for (const found of candidates(byName, visit.edge)) {
      arrive(ways, found, way);
      for (const extra of [null, ...visit.edge.extras]) {
        if (!arrive(walked, `${found.name} ${found.version} ${extra}`, way)) continue;
        const edges = extra === null ? found.edges : (found.extras[extra] ?? []);
        queue.push(...edges.map((edge) => ({ edge, way })));
      }
    }
  }
  return render(ways);
}

function candidates(byName: ReadonlyMap<string, LockedPackage[]>, edge: Edge): LockedPackage[] {
  const named = byName.get(normalizeName(edge.name)) ?? [];
  return edge.version === null ? named : named.filter(({ version }) => version === edge.version);
}

/** Notes one way to `key`; false where it adds nothing to the ways that are known. */
function arrive<Key>(ways: Map<Key, Set<string>>, key: Key, way: readonly string[]): boolean {
  const known = ways.get(key) ?? new Set();
  ways.set(key, known);
  const condition = known.size >= MAX_WAYS ? '' : way.map((marker) => `(${marker})`).join(' and ');
  if (known.has('') || known.has(condition)) return false;
  if (condition === '') known.clear();
  known.add(condition);
  return true;
}

function render(ways: ReadonlyMap<LockedPackage, ReadonlySet<string>>) {
  const requirements: string[] = [];
  const notes: string[] = [];
  for (const [found, conditions] of ways) {
    const line = formatRequirement(found.name, [], `==${found.version}`, [...conditions].join(' or '));
    if (found.source === 'index') requirements.push(line);
    if (found.source === 'other') notes.push(notOfIndex(found.name));
  }
  return { requirements: requirements.sort(), notes, constraints: [] };
}

export function notOfIndex(name: string): string {
  return `${name} is locked to a URL or path, which is not installed.`;
}

/** Keys are names: normalised on the way. */
export function mapNamed<From, To>(
  record: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [normalizeName(name), to(value)]));
}
