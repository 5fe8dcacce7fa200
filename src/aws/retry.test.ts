import { once } from 'node:events';
import { createServer } from 'node:http';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { Secret } from '../base/index.ts';
import { stsClient } from './clients.ts';

const HOUR = 3_600_000;
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: new Secret('example') };

/** How many requests one call makes when AWS, an hour ahead of this machine, answers with `code`. */
async function requestsFor(code: string): Promise<number> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume();
    // A second further each time, as the Date of consecutive answers is.
    response.writeHead(403, {
      'content-type': 'text/xml',
      date: new Date(Date.now() + HOUR + requests * 1000).toUTCString(),
    });
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const target = {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    clock: { now: () => Date.now() },
  };
  const client = await stsClient(target, credentials);
  try {
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toThrow();
    return requests;
  } finally {
    client.destroy();
    server.close();
  }
}

describe('retries on a machine whose clock is off', () => {
  it('says a refusal once: each repetition would be a denial in CloudTrail', async () => {
    expect(await requestsFor('AccessDenied')).toBe(1);
  });

  it('repeats what the wrong clock can have caused', async () => {
    expect(await requestsFor('SignatureDoesNotMatch')).toBeGreaterThan(1);
  });
});
