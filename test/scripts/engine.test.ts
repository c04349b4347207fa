import { expect, test } from '@jest/globals';
import { obstacle } from '../../scripts/engine.ts';

const MACHINE = { said: '', isElsewhere: false, isInstalled: true, hasAptGet: true, isRoot: true };
const DENIED =
  'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock';

test('root starts an engine, and installs one where there are packages', () => {
  expect(obstacle(MACHINE)).toBeNull();
  expect(obstacle({ ...MACHINE, isInstalled: false })).toBeNull();
});

test.each([
  ['an engine on another machine', { isElsewhere: true }, 'unset DOCKER_HOST'],
  ['an engine that this user may not use', { isRoot: false, said: DENIED }, 'group docker'],
  ['an engine that does not run, without root', { isRoot: false }, 'sudo systemctl start docker'],
  ['no engine, without root', { isInstalled: false, isRoot: false }, 'apt-get install docker.io'],
  ['no engine, and no packages', { isInstalled: false, hasAptGet: false }, 'apt-get install docker.io'],
])('%s: a person is told what to do', (_, differing, words) => {
  expect(obstacle({ ...MACHINE, ...differing })?.next).toContain(words);
});
