/** What one container may take. Operator's maxima and the repository's wishes are settled before. */
export interface SandboxLimits {
  /** Memory of everything in the container, its tmpfs files included; there is no swap. */
  readonly memoryMb: number;
  readonly cpus: number;
  /** Size of each writable directory: the work tree, /tmp, the installed environment. */
  readonly diskMb: number;
  readonly pids: number;
  readonly timeoutSeconds: number;
  readonly installTimeoutSeconds: number;
}

export const DEFAULT_LIMITS: SandboxLimits = {
  memoryMb: 2_048,
  cpus: 2,
  diskMb: 1_024,
  pids: 512,
  timeoutSeconds: 900,
  installTimeoutSeconds: 600,
};
