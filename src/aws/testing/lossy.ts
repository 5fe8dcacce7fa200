import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyNetwork {
  readonly url: string;
  /** Calls whose answer was lost. */
  lost: number;
  close(): Promise<void>;
}

/** Forwards to `upstream`; after an operation was done it cuts the line before the answer is through, `times` times. */
export async function loseAnswersOf(operation: string, upstream: string, times = 9): Promise<LossyNetwork> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const { method, url = '/', headers } = incoming;
    const outgoing = request(new URL(url, upstream), { method, headers });
    outgoing.end(body);
    const [answer] = await once(outgoing, 'response');
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(Buffer.from(part));
    if (body.includes(`Action=${operation}&`) && answer.statusCode === 200 && network.lost < times) {
      network.lost++;
      incoming.socket.destroy();
    } else response.writeHead(answer.statusCode, answer.headers).end(Buffer.concat(parts));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const network: LossyNetwork = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return network;
}
