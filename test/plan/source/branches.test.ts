import { describe, expect, test } from '@jest/globals';
import { listBranches } from '../../../src/plan/source/branches.ts';
import { openMirror } from '../../../src/plan/source/mirror.ts';
import { localRemote, newRepository, temporaryFolder } from './repository.ts';

async function branchesOf(path: string) {
  return listBranches(await openMirror(await temporaryFolder(), 'local'), localRemote(path));
}

describe('the branches of a local repository', () => {
  test('are listed with the one that is checked out', async () => {
    const repository = await newRepository();
    const main = await repository.commit('one');
    repository.branchOff('feature/ü');
    const topic = await repository.commit('two');
    expect(await branchesOf(repository.path)).toEqual({
      head: { sha: topic, branch: 'feature/ü' },
      branches: new Map([
        ['feature/ü', topic],
        ['main', main],
      ]),
    });
  });

  test('have no current one where a commit is checked out', async () => {
    const repository = await newRepository();
    const main = await repository.commit('one');
    repository.git('checkout', '--quiet', '--detach');
    expect((await branchesOf(repository.path)).head).toEqual({ sha: main, branch: null });
  });

  test('are none in a new repository', async () => {
    expect(await branchesOf((await newRepository()).path)).toEqual({ head: null, branches: new Map() });
  });

  test('are asked of a repository only', async () => {
    await expect(branchesOf(await temporaryFolder())).rejects.toThrow(/no readable git repository/);
  });
});
