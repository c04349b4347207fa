/** A Codex that is killed again and again, each time at a chosen moment, and started anew on the same data. */
import { startProcess } from './codex-process.ts';
import type { Fault } from './local-github/faults.ts';
import type { LocalGitHub } from './local-github/local-github.ts';

/** `reached` is called before the moment can come, and resolves when it is there. */
export interface Moment {
  readonly reached: () => Promise<unknown>;
  /** What Codex logs once it has tidied up after being killed there. */
  readonly tidied?: string;
}

type Call = Omit<Fault, 'answer'>;
type Process = Awaited<ReturnType<typeof startProcess>>;

export class KilledCodex {
  readonly github: LocalGitHub;
  readonly dataDir: string;
  codex: Process;
  readonly #startAgain: () => Promise<Process>;

  private constructor(
    github: LocalGitHub,
    dataDir: string,
    codex: Process,
    startAgain: () => Promise<Process>,
  ) {
    this.github = github;
    this.dataDir = dataDir;
    this.codex = codex;
    this.#startAgain = startAgain;
  }

  static async start(
    github: LocalGitHub,
    dataDir: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<KilledCodex> {
    const start = () => startProcess(github, dataDir, environment);
    return new KilledCodex(github, dataDir, await start(), start);
  }

  /** A webhook of now is stored, and nothing is done about it yet. */
  readonly answered: Moment = {
    reached: () => {
      const { all } = this.github.deliveries;
      const known = all.length;
      return this.github.until('the webhook is answered', () =>
        all.slice(known).some(({ status }) => status === 202),
      );
    },
  };

  /** The call to GitHub is made; nothing of it is done. */
  before(what: string, call: Call): Moment {
    return this.#at(what, { ...call, answer: 'hang' });
  }

  /** The call to GitHub has had its effect; Codex has no answer yet. */
  after(what: string, call: Call): Moment {
    return this.#at(what, { ...call, answer: 'withheld' });
  }

  /** Does `act`, and kills Codex at each of the moments, one after the other. */
  async killAt<Result>(moments: readonly Moment[], act: () => Promise<Result>): Promise<Result> {
    const [first, ...others] = moments;
    const reached = first?.reached();
    const result = await act();
    await reached;
    if (first) await this.#killAndStart(first, others);
    return result;
  }

  async restart(between: () => void = () => undefined): Promise<void> {
    await this.codex.kill();
    between();
    this.codex = await this.#startAgain();
  }

  async #killAndStart({ tidied }: Moment, [next, ...others]: readonly Moment[]): Promise<void> {
    await this.codex.kill();
    const reached = next?.reached();
    this.codex = await this.#startAgain();
    if (tidied) await this.codex.logged(tidied);
    await reached;
    if (next) await this.#killAndStart(next, others);
  }

  #at(what: string, fault: Fault): Moment {
    return {
      reached: () => {
        this.github.fail(fault);
        const isMet = () => this.github.requests.some((request) => request.fault === fault);
        return this.github.until(what, isMet);
      },
    };
  }
}
