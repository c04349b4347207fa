/** poetry.lock as pinned requirements; what the project asks for stands in pyproject.toml. */
import { z } from 'zod';
import { type Edge, type LockedPackage, mapNamed, pinned } from './lock-graph.ts';
import { extras, groups, type Project, runtime, testNames } from './project.ts';
import { normalizeName, parseRequirement } from './requirement.ts';
import type { Wanted } from './requirements-file.ts';
import { parseToml, strings, text } from './toml.ts';

const poetryLock = z.object({
  package: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      source: z.object({ type: z.string() }).optional().catch(undefined),
      dependencies: z.record(z.string(), z.unknown()).catch({}),
      extras: z.record(z.string(), strings).catch({}),
    }),
  ),
});

export function poetryRequirements(lock: string, project: Project): Wanted | null {
  const parsed = poetryLock.safeParse(parseToml(lock)).data;
  if (!parsed) return null;
  const packages = parsed.package.map(
    (found): LockedPackage => ({
      name: normalizeName(found.name),
      version: found.version,
      source: ['git', 'url', 'file', 'directory'].includes(found.source?.type ?? '') ? 'other' : 'index',
      edges: Object.entries(found.dependencies).flatMap(([name, value]) => poetryEdges(name, value)),
      extras: mapNamed(found.extras, (list) => list.flatMap(lineEdges)),
    }),
  );
  const all = groups(project);
  const chosen = [...testNames(all.keys()), 'dev'].flatMap((name) => all.get(name)?.requirements ?? []);
  const optional = extras(project);
  const extra = testNames(optional.keys()).flatMap((name) => optional.get(name)?.requirements ?? []);
  const roots = [...runtime(project).requirements, ...chosen, ...extra].flatMap(lineEdges);
  return pinned(packages, roots.length > 0 ? roots : packages.map(({ name }) => bare(name)));
}

const poetryTable = z.object({
  markers: text,
  optional: z.boolean().nullish().catch(null),
  extras: strings.optional(),
});

/** `name = "^1"`, `name = {version = "^1", markers = "…"}`, or a list of such tables. */
function poetryEdges(name: string, value: unknown): Edge[] {
  return [value].flat().flatMap((one) => {
    const table = poetryTable.safeParse(one).data;
    if (table?.optional) return [];
    return [
      { ...bare(name), extras: (table?.extras ?? []).map(normalizeName), marker: table?.markers ?? null },
    ];
  });
}

function lineEdges(line: string): Edge[] {
  const parsed = parseRequirement(line);
  if (parsed.kind !== 'requirement') return [];
  const { name, extras: chosen, line: whole } = parsed.requirement;
  return [{ ...bare(name), extras: chosen, marker: whole.split(' ; ', 2)[1] ?? null }];
}

function bare(name: string): Edge {
  return { name, version: null, extras: [], marker: null };
}
