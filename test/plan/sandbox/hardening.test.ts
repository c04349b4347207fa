import { afterEach, expect, test } from '@jest/globals';
import { containers, runPython } from './running.ts';

afterEach(async () => {
  expect(await containers()).toEqual([]);
});

const LOOK = `
import json, os, socket, subprocess
def refused(act):
    try:
        act()
    except OSError as error:
        return type(error).__name__ + " " + str(error.errno)
    return "it worked"
def connect(host, port):
    socket.create_connection((host, port), timeout=2).close()
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
os.makedirs("/tmp/tree", exist_ok=True); os.symlink("/etc/passwd", "/tmp/tree/link"); os.symlink("/proc/1/root", "/work/out")
print(json.dumps({
  "uid": [os.getuid(), os.geteuid(), os.getgid()],
  "capabilities": [status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
  "no_new_privileges": status["NoNewPrivs"].strip(), "seccomp": status["Seccomp"].strip(),
  "environment": sorted(os.environ),
  "interfaces": sorted(os.listdir("/sys/class/net")),
  "metadata": refused(lambda: connect("169.254.169.254", 80)),
  "gateway": refused(lambda: connect("172.17.0.1", 22)),
  "names": refused(lambda: socket.getaddrinfo("github.com", 443)),
  "loopback": refused(lambda: socket.create_server(("127.0.0.1", 0)).close()),
  "writes": {path: refused(lambda: open(path + "/x", "w").close())
             for path in ("/", "/etc", "/usr/bin", "/opt/codex", "/env", "/var/tmp", "/dev", "/sys/fs/cgroup", "/work", "/tmp")},
  "through_links": [refused(lambda: open("/tmp/tree/link", "a")), refused(lambda: open("/work/out/etc/x", "w"))],
  "sockets": [path for path in ("/var/run/docker.sock", "/run/docker.sock") if os.path.exists(path)],
  "setuid": subprocess.run(["su", "-c", "id", "root"], stdin=subprocess.DEVNULL, capture_output=True).returncode != 0,
  "devices": [name for name in os.listdir("/dev") if name.startswith(("sd", "vd", "nvme", "loop", "mem", "kvm"))],
}))
`;

test('from inside, a sandbox has nothing but itself', async () => {
  process.env.CODEX_TEST_SECRET = 'do not tell';
  process.env.HTTP_PROXY = 'http://user:secret@proxy.test';
  const { output, end } = await runPython(LOOK);
  delete process.env.CODEX_TEST_SECRET;
  delete process.env.HTTP_PROXY;
  expect({ ...end, output }).toMatchObject({ status: 0, oomKilled: false, timedOut: false, forged: 0 });
  const seen = JSON.parse(output);
  const none = '0000000000000000';
  expect(seen).toMatchObject({
    uid: [1000, 1000, 1000],
    capabilities: [none, none, none, none, none],
    no_new_privileges: '1',
    seccomp: '2',
    interfaces: ['lo'],
    metadata: 'OSError 101',
    gateway: 'OSError 101',
    names: 'gaierror -3',
    loopback: 'it worked',
    writes: { '/work': 'it worked', '/tmp': 'it worked' },
    sockets: [],
    setuid: true,
    devices: [],
  });
  const { '/work': _work, '/tmp': _tmp, ...elsewhere } = seen.writes;
  for (const refusal of [...Object.values(elsewhere), ...seen.through_links]) {
    expect(refusal).toMatch(/^(?:PermissionError 13|OSError 30)$/);
  }
  expect(seen.environment.join(' ')).not.toMatch(/CODEX_TEST|PROXY|TOKEN|SECRET|KEY(?!S)/i);
});

test('a fork bomb ends at the limit of processes', async () => {
  const bomb = `
import os, sys
count = 0
try:
    while True:
        if os.fork() == 0:
            import time; time.sleep(60)
        count += 1
except BlockingIOError:
    print("stopped at", count)
    sys.stdout.flush()
    os._exit(3)
`;
  const { end, output } = await runPython(bomb, { limits: { pids: 64 } });
  expect(end).toMatchObject({ status: 3, timedOut: false });
  expect(Number(output.split(' ').at(-1))).toBeLessThan(64);
});

test('a memory bomb is killed, and what was reported before stays', async () => {
  const { end, events, output } = await runPython('print("before", flush=True); bytearray(1 << 30)', {
    limits: { memoryMb: 128 },
  });
  expect(end.oomKilled).toBe(true);
  expect(output).toBe('before\n');
  expect(events).toContainEqual({ event: 'step', step: 'test' });
});

test('a disk bomb meets the disk limit in every place that can be written', async () => {
  const bomb = `
import os
for place in ("/work", "/tmp", "/dev/shm", "/work/tmp"):
    os.makedirs(place, exist_ok=True)
    written = 0
    try:
        with open(place + "/bomb", "wb") as file:
            while True:
                written += file.write(bytes(1 << 20))
                file.flush()
    except OSError as error:
        print(place, error.errno, written >> 20)
    os.unlink(place + "/bomb")
`;
  const { output } = await runPython(bomb, { limits: { diskMb: 64 } });
  const places = output
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  expect(places.map(([place]) => place)).toEqual(['/work', '/tmp', '/dev/shm', '/work/tmp']);
  for (const [, error, mebibytes] of places) {
    expect(['27', '28']).toContain(error);
    expect(Number(mebibytes)).toBeLessThanOrEqual(64);
  }
});

test('processes that are left behind die with the container', async () => {
  const daemon = `
import subprocess
subprocess.Popen(["sh", "-c", "trap '' INT TERM HUP; while :; do sleep 1; done"], start_new_session=True)
print("done")
`;
  const { end, output } = await runPython(daemon);
  expect(end).toMatchObject({ status: 0, timedOut: false });
  expect(output).toBe('done\n');
});
