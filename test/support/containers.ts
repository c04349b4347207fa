/** The containers of one Codex as the Docker daemon tells of them, without asking again and again. */
import { execa } from 'execa';
import { z } from 'zod';
import { instanceOf } from '../../src/instance.ts';
import { containerName } from '../../src/plan/sandbox/container.ts';

/** A Python test that runs until `Containers.finish`. */
export const HELD_TEST = `import os, time


def test_held():
    while not os.path.exists("/tmp/finish"):
        time.sleep(0.05)
`;

const dockerEvent = z.object({
  status: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
});

export interface ContainerEvent {
  /** Docker's word: `create`, `start`, `die`, `destroy` … */
  readonly status: string;
  readonly phase: string;
  readonly run: string;
  /** The number of the signal, as text, where the status is `kill`; else null. */
  readonly signal: string | null;
}

export class Containers {
  readonly all: ContainerEvent[] = [];
  readonly #client;
  #changed = Promise.withResolvers<void>();

  /** Those of the Codex whose data is in `dataDir`, from now on. */
  constructor(dataDir: string) {
    const label = `label=codex.instance=${instanceOf(dataDir)}`;
    const since = String(Date.now() / 1000);
    this.#client = execa(
      'docker',
      ['events', '--since', since, '--filter', 'type=container', '--filter', label, '--format', '{{json .}}'],
      { reject: false, buffer: false },
    );
    void this.#read();
  }

  /** The first event of this kind that is seen after the first `from` events. */
  async next(status: string, phase: string, from = 0): Promise<ContainerEvent> {
    for (;;) {
      const found = this.all.slice(from).find((event) => event.status === status && event.phase === phase);
      if (found) return found;
      await this.#changed.promise;
    }
  }

  /** The signals that were sent to the containers of a run so far. */
  signals(run: string): ReadonlySet<string | null> {
    const kills = this.all.filter((event) => event.run === run && event.status === 'kill');
    return new Set(kills.map(({ signal }) => signal));
  }

  /** Lets the `HELD_TEST` of a run, whose container has started, come to its end. */
  async finish(run: string): Promise<void> {
    await execa('docker', ['exec', containerName(run, 'test'), 'touch', '/tmp/finish']);
  }

  async close(): Promise<void> {
    this.#client.kill();
    await this.#client;
  }

  async #read(): Promise<void> {
    for await (const line of this.#client) {
      const { status, Actor } = dockerEvent.parse(JSON.parse(line));
      const { 'codex.phase': phase = '', 'codex.run': run = '', signal = null } = Actor.Attributes;
      this.all.push({ status, phase, run, signal });
      this.#changed.resolve();
      this.#changed = Promise.withResolvers<void>();
    }
  }
}
