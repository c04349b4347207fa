/** The way of an installed environment from its container into a volume, bounded on the way. */
import { Readable } from 'node:stream';
import { UserError } from '../../errors.ts';
import { MORE_DISK } from './install-verdict.ts';
import { type FillSpec, fillVolume } from './volume.ts';

/** Hands the installer's tar on to the volume, up to twice the disk limit (tar pads small files). */
export class TarStore {
  readonly #spec: FillSpec;
  readonly #volume: string;
  #failure: unknown = null;

  constructor(volume: string, spec: FillSpec) {
    this.#spec = spec;
    this.#volume = volume;
  }

  /** Resolves at the end of `output`, whatever became of the tar: why the installer ended is judged first. */
  async read(output: Readable): Promise<void> {
    const chunks = output.iterator({ destroyOnReturn: false });
    const first = await chunks.next();
    if (first.done) return;
    const tar = Readable.from(bounded(first.value, chunks, 2 * this.#spec.limits.diskMb * 1024 * 1024));
    try {
      await fillVolume(this.#volume, tar, this.#spec);
    } catch (error) {
      this.#failure = error;
    }
    for await (const _ of chunks);
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }
}

async function* bounded(first: Buffer, rest: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let bytes = first.length;
  yield first;
  for await (const chunk of rest) {
    bytes += chunk.length;
    if (bytes > limit)
      throw new UserError('The installed dependencies are larger than the disk limit.', MORE_DISK);
    yield chunk;
  }
}
