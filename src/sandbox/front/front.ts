import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Headers, type WireRequest, type WireResponse } from '../wire/http.ts';
import { type Answering, sendOnSocket } from './answer.ts';
import { type Habit, type SimpleLimits, simpleRequest } from './simple-request.ts';

export interface FrontOptions extends Answering {
  readonly limits: SimpleLimits;
  /** Never throws or rejects. */
  readonly answer: (request: WireRequest) => WireResponse | Promise<WireResponse>;
}

/** As node:http: a client that uses the connection at the last moment should not find it closed. */
const GRACE_MS = 1_000;

/**
 * Stands before a node:http server and answers on the socket what arrives as one whole, simple request: node's messages
 * and streams cost more than deciding such a call. A connection on which anything else arrives is node:http's from
 * there on, with all that it does about slow, broken and hostile clients.
 */
export class Front {
  readonly #connections = new Set<Connection>();

  constructor(server: Server, options: FrontOptions) {
    const [http] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
    if (http === undefined) throw new Error('The server has no connection listener to hand over to.');
    server.off('connection', http);
    const home = {
      ...options,
      keepAliveMs: server.keepAliveTimeout,
      toHttp: (socket: Socket) => http.call(server, socket),
      left: (connection: Connection) => this.#connections.delete(connection),
    };
    server.on('connection', (socket: Socket) => this.#connections.add(new Connection(socket, home)));
  }

  /** Ends the connections that node:http doesn't know; as its closeAllConnections does, whatever they wait for. */
  closeAllConnections(): void {
    for (const connection of this.#connections) connection.destroy();
  }
}

interface Home extends FrontOptions {
  readonly keepAliveMs: number;
  readonly toHttp: (socket: Socket) => void;
  readonly left: (connection: Connection) => void;
}

/** One request at a time: what arrives while one is answered, or while the client doesn't read, waits in the socket. */
class Connection {
  readonly #socket: Socket;
  readonly #home: Home;
  readonly #peer: string;
  #answering = false;
  readonly #habit: Habit = { names: [], lower: [] };

  constructor(socket: Socket, home: Home) {
    this.#socket = socket;
    this.#home = home;
    this.#peer = socket.remoteAddress ?? '127.0.0.1';
    if (home.keepAliveMs > 0) socket.setTimeout(home.keepAliveMs + GRACE_MS);
    for (const [event, listener] of this.#listeners()) socket.on(event, listener);
  }

  /** All of them, since a socket that is handed over must keep none. */
  #listeners(): [string, (chunk: Buffer) => void][] {
    return [
      ['timeout', this.#onTimeout],
      ['error', this.destroy],
      ['close', this.#onClose],
      ['end', this.#onEnd],
      ['drain', this.#onDrain],
      ['data', this.#onData],
    ];
  }

  readonly destroy = (): void => {
    this.#socket.destroy();
  };

  readonly #onData = (chunk: Buffer): void => {
    // An answer has ended the connection.
    if (this.#socket.writableEnded) return;
    const request = simpleRequest(chunk, this.#home.limits, this.#habit);
    if (request === undefined) {
      this.#handOver(chunk);
      return;
    }
    const { method, path, query, rawHeaders, names, body } = request;
    const headers = new Headers(rawHeaders, names);
    const answer = this.#home.answer({ method, path, query, headers, body, peer: this.#peer });
    if (!(answer instanceof Promise)) {
      this.#send(answer);
      return;
    }
    this.#answering = true;
    this.#socket.pause();
    void answer.then((response) => {
      this.#answering = false;
      this.#send(response);
      if (this.#socket.readableEnded) this.#socket.end();
      else this.#onDrain();
    });
  };

  #send(response: WireResponse): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    sendOnSocket(socket, response, this.#home, this.#home.keepAliveMs);
    // A client that sends without reading must not fill the memory.
    if (socket.writableNeedDrain) socket.pause();
  }

  readonly #onDrain = (): void => {
    if (!this.#answering && !this.#socket.writableNeedDrain) this.#socket.resume();
  };

  /** A client that will send no more still reads its answer. */
  readonly #onEnd = (): void => {
    if (!this.#answering) this.#socket.end();
  };

  readonly #onTimeout = (): void => {
    // A slow answer and a client that is slow to read it (a stopped process, a debugger) are not idle.
    if (!this.#answering && this.#socket.writableLength === 0) this.destroy();
  };

  readonly #onClose = (): void => {
    this.#home.left(this);
  };

  #handOver(chunk: Buffer): void {
    const socket = this.#socket;
    socket.setTimeout(0);
    for (const [event, listener] of this.#listeners()) socket.off(event, listener);
    this.#home.left(this);
    this.#home.toHttp(socket);
    // To the listener that node:http has just added, at once: from now on its parser reads from the handle, and what
    // arrives there must come behind this.
    socket.unshift(chunk);
  }
}
