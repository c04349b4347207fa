/** setup.cfg and tox.ini: Python's configparser, whose values go on over indented lines (npm's `ini` has none). */

export interface PythonConfig {
  readonly sections: readonly string[];
  keys(section: string): string[];
  /** The value's lines without blank ones and comments; empty where there is none. */
  list(section: string, key: string): string[];
}

export function parsePythonConfig(text: string): PythonConfig {
  const sections = new Map<string, Map<string, string[]>>();
  let section = new Map<string, string[]>();
  let value: string[] | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line) || line.trim() === '') continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const pair = /^([^\s=:][^=:]*)[=:](.*)$/.exec(line);
    if (header !== undefined) {
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      value = null;
    } else if (/^\s/.test(line)) {
      value?.push(line.trim());
    } else if (pair?.[1] !== undefined) {
      value = pair[2]?.trim() ? [pair[2].trim()] : [];
      section.set(pair[1].trim().toLowerCase(), value);
    }
  }
  return {
    sections: [...sections.keys()],
    keys: (name) => [...(sections.get(name)?.keys() ?? [])],
    list: (name, key) => [...(sections.get(name)?.get(key.toLowerCase()) ?? [])],
  };
}
