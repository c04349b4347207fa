/** pdm.lock and Pipfile.lock, which list what is needed with its condition, as pinned requirements. */
import { z } from 'zod';
import { notOfIndex } from './lock-graph.ts';
import { testNames } from './project.ts';
import { formatRequirement } from './requirement.ts';
import type { Wanted } from './requirements-file.ts';
import { parseToml, strings, text } from './toml.ts';

const pdmLock = z.object({
  package: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      groups: strings.optional(),
      marker: text,
      git: text,
      path: text,
      url: text,
    }),
  ),
});

export function pdmRequirements(lock: string): Wanted | null {
  const parsed = pdmLock.safeParse(parseToml(lock)).data;
  if (!parsed) return null;
  const names = new Set(parsed.package.flatMap((found) => found.groups ?? []));
  const chosen = new Set(['default', 'dev', ...testNames(names)]);
  const needed = parsed.package.filter(
    (found) => !found.groups || found.groups.some((name) => chosen.has(name)),
  );
  return {
    requirements: needed
      .filter((found) => !found.git && !found.path && !found.url)
      .map((found) => formatRequirement(found.name, [], `==${found.version}`, found.marker ?? '')),
    constraints: [],
    notes: needed.filter((found) => found.git || found.path || found.url).map(({ name }) => notOfIndex(name)),
  };
}

const pipfileEntries = z
  .record(
    z.string(),
    z
      .object({ version: text, markers: text, extras: strings.optional() })
      .catch({ version: null, markers: null }),
  )
  .catch({});
const pipfileLock = z.object({ default: pipfileEntries, develop: pipfileEntries });

export function pipfileRequirements(lock: string): Wanted | null {
  const parsed = pipfileLock.safeParse(parseJson(lock)).data;
  if (!parsed) return null;
  const entries = Object.entries({ ...parsed.develop, ...parsed.default });
  return {
    requirements: entries
      .filter(([, entry]) => entry.version)
      .map(([name, { version, markers, extras: chosen }]) =>
        formatRequirement(name, chosen ?? [], version === '*' ? '' : (version ?? ''), markers ?? ''),
      ),
    constraints: [],
    notes: entries.filter(([, entry]) => !entry.version).map(([name]) => notOfIndex(name)),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
