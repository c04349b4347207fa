import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { testArguments } from '../../../src/plan/sandbox/container.ts';
import { runContainer } from '../../../src/plan/sandbox/lifecycle.ts';
import { containers, INSTANCE, limits, never, runPython, sandboxImage } from './running.ts';

afterEach(async () => {
  expect(await containers()).toEqual([]);
});

const DEAF = `
import signal, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
print("deaf", flush=True)
while True: time.sleep(1)
`;

describe('a time limit', () => {
  test('interrupts, and what pytest then tells is kept', async () => {
    const polite = `
import time
print("sleeping", flush=True)
try: time.sleep(60)
except KeyboardInterrupt:
    print("interrupted"); raise SystemExit(2)
`;
    const { end, events, output } = await runPython(polite, { limits: { timeoutSeconds: 5 } });
    expect(end).toMatchObject({ status: 2, timedOut: true, oomKilled: false });
    expect(output).toBe('sleeping\ninterrupted\n');
    expect(events.at(-1)).toEqual({ event: 'exit', status: 2 });
  });

  test('kills what ignores every signal, after the grace time', async () => {
    const { end, output } = await runPython(DEAF, { limits: { timeoutSeconds: 5 } });
    expect(end).toMatchObject({ status: null, timedOut: true });
    expect(output).toBe('deaf\n');
    expect(end.seconds).toBeGreaterThan(10);
  });
});

describe('a cancel', () => {
  test('kills a container at once, without interrupting it first, and gives its reason', async () => {
    const since = Date.now();
    const cancel = new AbortController();
    const running = runPython(DEAF, {
      signal: cancel.signal,
      onEvent: (event) => {
        if (event.event === 'step' && event.step === 'test') cancel.abort(new Error('cancelled by octocat'));
      },
    });
    await expect(running).rejects.toThrow('cancelled by octocat');
    expect(await signalsSince(since)).toEqual(new Set(['9']));
  });

  test.each([0, 1, 15, 60, 150])('leaves nothing when it comes %i ms after the start', async (ms) => {
    const signal = AbortSignal.timeout(ms);
    await expect(runPython(DEAF, { signal })).rejects.toBe(await reasonOf(signal));
  });
});

/** The numbers of the signals, as text, that the containers of this test were sent. */
async function signalsSince(ms: number): Promise<ReadonlySet<string>> {
  const time = ['--since', String(ms / 1000), '--until', String(Date.now() / 1000)];
  const which = ['--filter', `label=codex.instance=${INSTANCE}`, '--filter', 'event=kill'];
  const format = ['--format', '{{.Actor.Attributes.signal}}'];
  const { stdout } = await execa('docker', ['events', ...time, ...which, ...format]);
  return new Set(stdout.split('\n').filter(Boolean));
}

async function reasonOf(signal: AbortSignal): Promise<unknown> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  return signal.reason;
}

test('a container left over from an earlier try gives way', async () => {
  const run = randomUUID();
  const labels = ['--label', `codex.instance=${INSTANCE}`];
  const { id } = await sandboxImage();
  await execa('docker', ['run', '--detach', ...labels, '--name', `codex-${run}-test`, id, 'sleep', '600']);
  const { output } = await runPython('print("second try")', { run });
  expect(output).toBe('second try\n');
});

async function start(program: string, input: Readable | null) {
  const { id } = await sandboxImage();
  const run = randomUUID();
  const create = testArguments({
    ...{
      run,
      phase: 'test',
      instance: INSTANCE,
      deadline: Date.now(),
      imageId: id,
      limits: limits(),
      volume: null,
    },
  });
  create.splice(create.indexOf(id) + 2, 1, '-c', program);
  const chunks: Buffer[] = [];
  const end = await runContainer({
    ...{
      create,
      name: `codex-${run}-test`,
      header: '{}',
      input,
      stderr: () => {},
      timeoutMs: 60_000,
      signal: never,
    },
    stdout: async (output) => {
      for await (const chunk of output) chunks.push(chunk);
    },
  });
  return { end, output: Buffer.concat(chunks).toString() };
}

describe('the input', () => {
  async function* mebibytes(count: number) {
    for (let i = 0; i < count; i += 1) yield Buffer.alloc(1 << 20);
  }

  test('arrives whole', async () => {
    const count = 'import sys; print(len(sys.stdin.buffer.read()))';
    expect((await start(count, Readable.from(mebibytes(40)))).output).toBe(`${3 + 40 * (1 << 20)}\n`);
  });

  test('need not be read to its end', async () => {
    const { end } = await start('raise SystemExit(7)', Readable.from(mebibytes(400)));
    expect(end.status).toBe(7);
  });

  test('that fails is what the run fails with', async () => {
    const broken = Readable.from(
      (async function* () {
        yield 'some';
        throw new Error('git ended with 128');
      })(),
    );
    await expect(start('import sys; sys.stdin.read()', broken)).rejects.toThrow('git ended with 128');
  });
});

test('an exit status that docker uses for its own failures is the container’s own', async () => {
  const fake =
    'import sys; sys.stderr.write("docker: Cannot connect to the Docker daemon\\n"); sys.exit(125)';
  expect((await start(fake, null)).end).toMatchObject({ status: 125 });
});

test('a container that cannot be started is an outage, told in docker’s words', async () => {
  const { id } = await sandboxImage();
  const run = randomUUID();
  const create = testArguments({
    ...{
      run,
      phase: 'test',
      instance: INSTANCE,
      deadline: Date.now(),
      imageId: id,
      limits: limits(),
      volume: null,
    },
  });
  create.splice(create.indexOf('--workdir'), 0, '--tmpfs', '/etc/passwd');
  const nothing = { header: null, input: null, stderr: () => {}, timeoutMs: 60_000, signal: never };
  const stdout = async (output: Readable) => void output.resume();
  const running = runContainer({ create, name: `codex-${run}-test`, stdout, ...nothing });
  await expect(running).rejects.toThrow(/did not start: [\s\S]*not a directory/i);
});
