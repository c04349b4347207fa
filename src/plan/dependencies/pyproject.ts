/** pyproject.toml as far as dependencies go: PEP 621, PEP 735, Poetry and PDM. What does not fit reads as absent. */
import { z } from 'zod';
import { parseToml, strings } from './toml.ts';

const lists = z.record(z.string(), strings).catch({});
const loose = z.record(z.string(), z.unknown()).catch({});
const group = z.array(z.union([z.string(), z.object({ 'include-group': z.string() })])).catch([]);
const dynamicSource = z
  .object({ file: z.union([z.string(), z.array(z.string())]) })
  .optional()
  .catch(undefined);

const pyproject = z
  .object({
    project: z
      .object({ name: z.string().catch(''), dependencies: strings, 'optional-dependencies': lists })
      .partial()
      .catch({}),
    'dependency-groups': z.record(z.string(), group).catch({}),
    tool: z
      .object({
        poetry: z
          .object({
            name: z.string().catch(''),
            dependencies: loose,
            'dev-dependencies': loose,
            group: z.record(z.string(), z.object({ dependencies: loose }).partial().catch({})).catch({}),
          })
          .partial()
          .optional()
          .catch(undefined),
        pdm: z.object({ 'dev-dependencies': lists }).partial().catch({}),
        hatch: z
          .object({
            envs: z
              .record(
                z.string(),
                z.object({ dependencies: strings, 'extra-dependencies': strings }).partial().catch({}),
              )
              .catch({}),
          })
          .partial()
          .catch({}),
        setuptools: z
          .object({
            dynamic: z
              .object({
                dependencies: dynamicSource,
                'optional-dependencies': z.record(z.string(), dynamicSource).catch({}),
              })
              .partial()
              .catch({}),
          })
          .partial()
          .catch({}),
      })
      .partial()
      .catch({}),
  })
  .partial();
export type Pyproject = z.infer<typeof pyproject>;

/** Null where it is not TOML. */
export function parsePyproject(text: string): Pyproject | null {
  const toml = parseToml(text);
  return toml === null ? null : (pyproject.safeParse(toml).data ?? {});
}

/** A PEP 735 group with the groups it includes. */
export function expandGroup(
  groups: Pyproject['dependency-groups'],
  name: string,
  seen = new Set<string>(),
): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  return (groups?.[name] ?? []).flatMap((item) =>
    typeof item === 'string' ? [item] : expandGroup(groups, item['include-group'], seen),
  );
}
