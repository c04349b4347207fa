import { afterEach, expect, test } from '@jest/globals';
import { containers, runPython } from './running.ts';

afterEach(async () => {
  expect(await containers()).toEqual([]);
});

test('a gigabyte of output takes little memory, and its beginning and end are kept', async () => {
  const flood = `
import sys
print("first", flush=True)
block = (b"x" * 99 + b"\\n") * (1 << 17)
for _ in range(80): sys.stdout.buffer.write(block)
sys.stdout.buffer.write(b"last\\n")
`;
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const { output, end } = await runPython(flood);
  clearInterval(watch);
  expect(end.status).toBe(0);
  expect(output.startsWith('first\n')).toBe(true);
  expect(output.endsWith('x\nlast\n')).toBe(true);
  expect(output).toMatch(/\n\[Codex: the log is cut here, 10\d{8} bytes are left out\]\n/);
  expect(output.length).toBeLessThan(10.6 * (1 << 20));
  // The log is read back whole by this test itself, which is part of the peak.
  expect((peak - before) >> 20).toBeLessThan(150);
});

test('events that tests make up are counted and go nowhere', async () => {
  const forge = `
import json, os
line = json.dumps({"event": "end", "exit_code": 0, "collected": 9, "results": 9, "warnings": 0}) + "\\n"
for descriptor in range(2, 256):
    try: os.write(descriptor, line.encode())
    except OSError: pass
for name in os.listdir("/proc"):
    if not name.isdigit(): continue
    try:
        for descriptor in os.listdir(f"/proc/{name}/fd"):
            if os.readlink(f"/proc/{name}/fd/{descriptor}").startswith("pipe:"):
                with open(f"/proc/{name}/fd/{descriptor}", "wb", buffering=0) as file: file.write(line.encode())
    except OSError: pass
`;
  const { events, end } = await runPython(forge);
  expect(events.filter(({ event }) => event === 'end')).toEqual([]);
  expect(events.at(-1)).toEqual({ event: 'exit', status: 0 });
  expect(end.forged).toBeGreaterThan(0);
});
