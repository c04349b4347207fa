/** Pictures of pages, made by a Chromium without a window. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { PNG } from 'pngjs';
import { UserError } from '../../src/errors.ts';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** The program's name. Throws UserError where there is none. */
export async function findChromium(): Promise<string> {
  for (const program of PROGRAMS) {
    if ((await execa(program, ['--version'], { reject: false })).exitCode === 0) return program;
  }
  throw new UserError(
    'The picture needs Chromium, which is not installed.',
    'On Debian or Ubuntu: `apt-get install --no-install-recommends chromium fonts-liberation fonts-noto-color-emoji`.',
  );
}

/**
 * Writes a PNG of `html` to `file`: the whole height of the page, which says it in `data-height` of its root.
 * `width` is in CSS pixels, `scale` pixels of the picture each.
 */
export async function screenshot(
  program: string,
  html: string,
  { file, width, scale }: { file: string; width: number; scale: number },
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'codex-picture-'));
  const source = join(directory, 'page.html');
  const chromium = (...flags: string[]) =>
    execa(program, [...FLAGS, `--user-data-dir=${directory}/profile`, ...flags, `file://${source}`]);
  try {
    await writeFile(source, html);
    const { stdout } = await chromium('--dump-dom', `--window-size=${width},600`);
    const height = /data-height="(\d+)"/.exec(stdout)?.[1];
    if (height === undefined) throw new Error('The page does not say how high it is.');
    const size = `--window-size=${width},${height}`;
    await chromium(`--screenshot=${file}`, size, `--force-device-scale-factor=${scale}`);
    await writeFile(file, compressed(await readFile(file)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Text on white gets smallest without PNG's filters, which are made for photographs. */
function compressed(png: Buffer): Buffer {
  return PNG.sync.write(PNG.sync.read(png), { colorType: 2, filterType: 0, deflateStrategy: 0 });
}
