/**
 * Where a repository is fetched from. The Authorization header reaches git through its environment, scoped to
 * this one URL: not on the command line (which every process of the host may read), not in a file.
 */
export interface Remote {
  /** `https://…`, `http://…` without credentials, or the absolute path of a local repository. */
  readonly url: string;
  /** The value of the Authorization header, or null for none. Asked for once a fetch. */
  authorization(): Promise<string | null>;
}

/** Git's environment for talking to `remote`: its protocol and no other, its header for it and no other. */
export async function remoteEnvironment(remote: Remote): Promise<Record<string, string>> {
  const protocol = protocolOf(remote.url);
  const authorization = protocol === 'file' ? null : await remote.authorization();
  if (authorization === null) return { GIT_ALLOW_PROTOCOL: protocol };
  if (/[\r\n\0]/.test(authorization)) throw new Error('the authorization of a remote has a line break in it');
  return {
    GIT_ALLOW_PROTOCOL: protocol,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${remote.url}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
  };
}

/** True where the repository lies on this machine. */
export function isLocal(remote: Remote): boolean {
  return protocolOf(remote.url) === 'file';
}

function protocolOf(url: string): 'file' | 'http' | 'https' {
  if (url.startsWith('/') && !url.includes('\0')) return 'file';
  const parsed = URL.parse(url);
  const bare = parsed?.username === '' && parsed.password === '';
  if (bare && parsed.protocol === 'https:') return 'https';
  if (bare && parsed.protocol === 'http:') return 'http';
  throw new Error('a remote is an https or http URL without credentials, or an absolute path');
}
