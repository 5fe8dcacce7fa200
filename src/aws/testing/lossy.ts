import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyNetwork {
  readonly url: string;
  /** Calls whose answer was lost. */
  lost: number;
  close(): Promise<void>;
}

/** Forwards to `upstream`; while `closed`, calls signed with temporary keys (`ASIA…`) find the line cut. */
export async function cutSessions(
  upstream: string,
): Promise<{ readonly url: string; closed: boolean; close(): Promise<void> }> {
  const server = createServer(async (incoming, response) => {
    if (gate.closed && incoming.headers.authorization?.includes('Credential=ASIA') === true)
      return void incoming.socket.destroy();
    const answer = await forward(incoming, upstream);
    response.writeHead(answer.status, answer.headers).end(answer.content);
  });
  const gate = { url: await listen(server), closed: false, close: () => end(server) };
  return gate;
}

/** Forwards to `upstream`; after an operation was done it cuts the line before the answer is through, `times` times. */
export async function loseAnswersOf(operation: string, upstream: string, times = 9): Promise<LossyNetwork> {
  const server = createServer(async (incoming, response) => {
    const answer = await forward(incoming, upstream);
    if (answer.asked.includes(`Action=${operation}&`) && answer.status === 200 && network.lost < times) {
      network.lost++;
      incoming.socket.destroy();
    } else response.writeHead(answer.status, answer.headers).end(answer.content);
  });
  const network: LossyNetwork = { url: await listen(server), lost: 0, close: () => end(server) };
  return network;
}

async function forward(incoming: IncomingMessage, upstream: string) {
  const asked = await bytesOf(incoming);
  const { method, url = '/', headers } = incoming;
  const outgoing = request(new URL(url, upstream), { method, headers });
  outgoing.end(asked);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return {
    asked,
    status: answer.statusCode ?? 502,
    headers: answer.headers,
    content: await bytesOf(answer),
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
