/** uv.lock as pinned requirements. */
import { z } from 'zod';
import { type Edge, type LockedPackage, mapNamed, pinned } from './lock-graph.ts';
import { testNames } from './project.ts';
import { normalizeName } from './requirement.ts';
import type { Wanted } from './requirements-file.ts';
import { parseToml, strings, text } from './toml.ts';

const edge = z.object({ name: z.string(), version: text, extra: strings.optional(), marker: text });
const edges = z.array(edge).catch([]);
const edgeLists = z.record(z.string(), edges).catch({});

const uvLock = z.object({
  package: z.array(
    z.object({
      name: z.string(),
      version: z.string().catch('0'),
      source: z.record(z.string(), z.unknown()).catch({}),
      dependencies: edges,
      'optional-dependencies': edgeLists,
      'dev-dependencies': edgeLists,
    }),
  ),
});

export function uvRequirements(lock: string): Wanted | null {
  const parsed = uvLock.safeParse(parseToml(lock)).data;
  const root = parsed?.package.find(({ source }) => source.editable === '.' || source.virtual === '.');
  if (!parsed || !root) return null;
  const packages = parsed.package.map(
    (found): LockedPackage => ({
      name: normalizeName(found.name),
      version: found.version,
      source: 'registry' in found.source ? 'index' : isLocal(found.source) ? 'local' : 'other',
      edges: found.dependencies.map(uvEdge),
      extras: mapNamed(found['optional-dependencies'], (list) => list.map(uvEdge)),
    }),
  );
  return pinned(
    packages,
    [...root.dependencies, ...pick(root['optional-dependencies']), ...pick(root['dev-dependencies'])].map(
      uvEdge,
    ),
  );
}

function uvEdge(from: z.infer<typeof edge>): Edge {
  const { name, version, extra, marker } = from;
  return { name, version: version ?? null, extras: (extra ?? []).map(normalizeName), marker: marker ?? null };
}

function isLocal(source: Readonly<Record<string, unknown>>): boolean {
  return 'editable' in source || 'virtual' in source || 'directory' in source;
}

/** Of a table of groups or extras, what tests need and `dev`, which uv installs unasked. */
function pick<Value>(table: Readonly<Record<string, readonly Value[]>>): Value[] {
  const names = new Set([...testNames(Object.keys(table)), 'dev']);
  return [...names].flatMap((name) => table[name] ?? []);
}
