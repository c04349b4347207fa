/** The network of install containers. */
import { INSTALL_NETWORK } from './container.ts';
import { DockerError, docker } from './docker.ts';

/** Makes it where it is not there: for installers only, in which containers do not see each other. */
export async function ensureInstallNetwork(): Promise<void> {
  if (await networkExists()) return;
  const alone = ['--opt', 'com.docker.network.bridge.enable_icc=false'];
  try {
    await docker(['network', 'create', '--driver', 'bridge', ...alone, INSTALL_NETWORK]);
  } catch (error) {
    if (!(error instanceof DockerError) || !(await networkExists())) throw error;
  }
}

async function networkExists(): Promise<boolean> {
  const names = await docker([
    'network',
    'ls',
    '--filter',
    `name=^${INSTALL_NETWORK}$`,
    '--format',
    '{{.Name}}',
  ]);
  return names.split('\n').includes(INSTALL_NETWORK);
}
