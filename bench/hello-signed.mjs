/**
 * The least that a server on node:http can do for a signed request: read the body, hash it, hash the canonical request,
 * make the HMAC of the string to sign. It parses, decides, records and answers nothing. Prints its port.
 */
import { createHmac, createSecretKey, hash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const key = createSecretKey(randomBytes(32));

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const { headers } = request;
    const date = headers['x-amz-date'];
    const signed = `content-type:${headers['content-type']}\nhost:${headers.host}\nx-amz-date:${date}\n`;
    const body = hash('sha256', parts.length === 1 ? parts[0] : Buffer.concat(parts));
    const canonical = hash('sha256', `POST\n/\n\n${signed}\ncontent-type;host;x-amz-date\n${body}`);
    const text = `AWS4-HMAC-SHA256\n${date}\nscope\n${canonical}`;
    response.setHeader('x-signature', createHmac('sha256', key).update(text).digest('hex'));
    response.end('hello');
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
