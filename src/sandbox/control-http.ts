import { request } from 'node:http';

export interface Exchanged {
  readonly status: number;
  readonly text: string;
}

/**
 * One call of the control interface: a JSON or plain text body, a text as answer. Rejects with node's error when nobody
 * answers. `sandbox start` makes such calls before it says that it is there, and loading node's fetch takes a tenth of
 * that time.
 */
export function exchange(method: string, url: string, body?: string, type?: string): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      ...(type !== undefined && { 'content-type': type }),
    };
    const call = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}
