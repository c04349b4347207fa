/** Which commits and tags of the history go into a pack. Pure. */

export interface Tag {
  readonly name: string;
  /** The tag object, or the commit itself where the tag is lightweight. */
  readonly object: string;
  readonly commit: string;
}

/**
 * From `rev-list --parents` (`<commit> <parent>…` a line): the commits, and those of them at which history ends
 * early, because a parent is not listed or the mirror has it as `cut`.
 */
export function cutHistory(
  listing: string,
  cut: ReadonlySet<string>,
): { commits: ReadonlySet<string>; shallow: string[] } {
  const lines = listing.split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => line.split(' '));
  const commits = new Set(rows.map(([commit = '']) => commit));
  const shallow = rows
    .filter(([commit = '', ...parents]) => cut.has(commit) || parents.some((parent) => !commits.has(parent)))
    .map(([commit = '']) => commit);
  return { commits, shallow };
}

/** From `for-each-ref`, a line each: `<object> <peeled object or nothing> <name>`. */
export function parseTags(listing: string): Tag[] {
  return listing
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [object = '', peeled = '', name = ''] = line.split(' ');
      return { name, object, commit: peeled === '' ? object : peeled };
    });
}

/** Ref name → object id of the tags that are on one of `commits`. */
export function tagsOf(tags: readonly Tag[], commits: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    tags.filter(({ commit }) => commits.has(commit)).map(({ name, object }) => [name, object]),
  );
}
