/** A package index (PEP 503) on this machine, with wheels made by hand, that sandboxes reach over their bridge. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { execa } from 'execa';
import { INSTALL_NETWORK } from '../../../src/plan/sandbox/container.ts';

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  /** Its module's text. */
  readonly module: string;
  /** Bytes of a data file beside it. */
  readonly ballast?: number;
  /** Only a source distribution, whose build would touch a file. */
  readonly source?: boolean;
}

export interface PackageIndexServer {
  /** Requests so far. */
  readonly requests: string[];
  readonly url: string;
  /** Resolves at the next request. */
  asked(): Promise<unknown>;
  close(): Promise<void>;
}

export async function servePackages(packages: readonly Package[]): Promise<PackageIndexServer> {
  const files = new Map(packages.map((of) => [`${of.name}-${of.version}${suffix(of)}`, archive(of)]));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    requests.push(url);
    const file = files.get(url.slice('/files/'.length));
    const name = /^\/simple\/([^/]+)\/$/.exec(url)?.[1];
    const links = [...files.keys()].filter((key) => key.startsWith(`${name}-`));
    if (file) response.end(file);
    else if (links.length === 0) response.writeHead(404).end();
    else {
      const anchors = links.map((key) => `<a href="/files/${key}">${key}</a>`);
      response
        .setHeader('content-type', 'text/html')
        .end(`<!DOCTYPE html><html><body>${anchors.join('\n')}</body></html>`);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '0.0.0.0', listening));
  // The type of a server that listens on a port.
  const { port } = server.address() as AddressInfo;
  const host = await gateway();
  return {
    requests,
    url: `http://${host}:${port}/simple`,
    asked: () => once(server, 'request'),
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** This machine, as a container on the install network sees it. */
async function gateway(): Promise<string> {
  const alone = ['--opt', 'com.docker.network.bridge.enable_icc=false'];
  await execa('docker', ['network', 'create', ...alone, INSTALL_NETWORK], { reject: false });
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  return (await execa('docker', ['network', 'inspect', '--format', format, INSTALL_NETWORK])).stdout;
}

const suffix = (of: Package) => (of.source ? '.zip' : '-py3-none-any.whl');

function archive({ name, version, requires = [], module, ballast = 0, source = false }: Package): Buffer {
  const info = `${name}-${version}.dist-info`;
  const metadata = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`];
  const needs = requires.map((line) => `Requires-Dist: ${line}`);
  if (source) {
    return zip({
      [`${name}-${version}/setup.py`]: 'raise SystemExit("built!")',
      [`${name}-${version}/PKG-INFO`]: metadata.join('\n'),
    });
  }
  return zip({
    [`${name}.py`]: module,
    [`${name}.data.bin`]: Buffer.alloc(ballast, 1),
    [`${info}/METADATA`]: [...metadata, ...needs, ''].join('\n'),
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: '',
  });
}

/** A zip archive of stored (not compressed) files. */
function zip(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const entries = Object.entries(files).map(([name, content]) => ({
    name: Buffer.from(name),
    data: Buffer.from(content),
  }));
  let offset = 0;
  const parts = entries.map(({ name, data }) => {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    offset += local.length;
    return { local, central: Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, name]) };
  });
  const central = Buffer.concat(parts.map((part) => part.central));
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts.map((part) => part.local), central, end]);
}
