/** Something between Codex and a flagd: it takes every connection, and passes on or says nothing. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { z } from 'zod';

const bound = z.object({ port: z.int() });

export interface Relay {
  /** `host:port`. */
  readonly address: string;
  /** Resolves once there were so many connections. */
  connections(count: number): Promise<void>;
  /** From now on connections are passed on to the server at `address`; those so far are closed. */
  passTo(address: string): void;
  close(): void;
}

/** Says nothing until it is told where to pass on to. */
export async function startRelay(): Promise<Relay> {
  let target: string | null = null;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}); // Either side may leave at any time.
    if (target === null) return;
    const [host = '', port] = target.split(':');
    const onward = connect(Number(port), host);
    sockets.push(onward);
    onward.on('error', () => {});
    onward.on('close', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  let taken = 0;
  server.on('connection', () => {
    taken += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${bound.parse(server.address()).port}`,
    async connections(count) {
      while (taken < count) await once(server, 'connection');
    },
    passTo(address) {
      target = address;
      closeAll(sockets);
    },
    close() {
      server.close();
      closeAll(sockets);
    },
  };
}

function closeAll(sockets: Socket[]): void {
  for (const socket of sockets.splice(0)) socket.destroy();
}
