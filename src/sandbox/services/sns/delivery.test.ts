import { verify, X509Certificate } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../index.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let sandbox: RunningSandbox;
let control: SandboxControl;
let client: SNSClient;
let endpoint: Server;
let url: string;
let status = 200;
const received: Received[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  control = new SandboxControl(sandbox.url);
  const credentials = await control.createAccount('489157521585');
  client = new SNSClient({ endpoint: sandbox.url, region: 'us-east-1', credentials });
  endpoint = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => {
      body += String(chunk);
    });
    req.on('end', () => {
      received.push({ headers: req.headers, body });
      res.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  await sandbox.close();
  endpoint.closeAllConnections();
  endpoint.close();
});

const next = async (): Promise<Received> => {
  await vi.waitFor(() => expect(received).not.toHaveLength(0), { timeout: 3_000 });
  return received.shift() as Received;
};

/** As a subscriber checks it: the certificate from SigningCertURL, the fields in AWS's order. */
async function genuine(text: string): Promise<boolean> {
  const message = JSON.parse(text) as Record<string, string>;
  const pem = await (await fetch(message['SigningCertURL'] ?? '')).text();
  const names =
    message['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signed = names.filter((name) => name in message).map((name) => `${name}\n${message[name]}\n`);
  const hash = message['SignatureVersion'] === '2' ? 'sha256' : 'sha1';
  const signature = Buffer.from(message['Signature'] ?? '', 'base64');
  const certificate = new X509Certificate(pem);
  return (
    certificate.verify(certificate.publicKey) &&
    verify(hash, Buffer.from(signed.join('')), certificate.publicKey, signature)
  );
}

test.each(['1', '2'])(
  'an endpoint confirms by the URL and gets signed notifications (version %s)',
  async (SignatureVersion) => {
    status = 200;
    const { TopicArn } = await client.send(
      new CreateTopicCommand({ Name: `hooks${SignatureVersion}`, Attributes: { SignatureVersion } }),
    );
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: url }));
    const asked = await next();
    expect(asked.headers).toMatchObject({
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': TopicArn,
      'user-agent': 'Amazon Simple Notification Service Agent',
      'content-type': 'text/plain; charset=UTF-8',
    });
    expect(await genuine(asked.body)).toBe(true);
    const { SubscribeURL } = JSON.parse(asked.body) as { SubscribeURL: string };
    const confirmed = await fetch(SubscribeURL);
    expect(await confirmed.text()).toContain('<SubscriptionArn>arn:aws:sns:');
    await client.send(new PublishCommand({ TopicArn, Message: 'hello "you"', Subject: 'S' }));
    const { headers, body } = await next();
    expect(headers['x-amz-sns-subscription-arn']).toContain(TopicArn);
    expect(JSON.parse(body)).toMatchObject({
      Type: 'Notification',
      Message: 'hello "you"',
      SignatureVersion,
    });
    expect(await genuine(body)).toBe(true);
    expect(await genuine(body.replace('hello', 'hullo'))).toBe(false);
  },
);

test('the links of a mail confirm and end a subscription, unsigned', async () => {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'mail' }));
  const to = 'me+alerts@example.com';
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: to }));
  const [asked] = await control.inbox(to);
  const forged = await fetch(`${asked?.confirmUrl?.slice(0, -1)}x`);
  expect([forged.status, await forged.text()]).toEqual([400, expect.stringContaining('InvalidParameter')]);
  expect((await fetch(asked?.confirmUrl ?? '')).status).toBe(200);
  await client.send(new PublishCommand({ TopicArn, Message: 'm' }));
  const end = /http:\S+Unsubscribe\S+/.exec((await control.inbox(to)).at(-1)?.body ?? '')?.[0];
  expect((await fetch(end ?? '')).status).toBe(200);
  expect((await fetch(end ?? '')).status).toBe(404);
  // No other call is taken unsigned.
  const other = await fetch(`${sandbox.url}/?Action=DeleteTopic&TopicArn=${TopicArn}&Version=2010-03-31`);
  expect(other.status).toBe(403);
});

test('a failing endpoint is tried again as the policy says, then shown as undelivered', async () => {
  status = 500;
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'broken' }));
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: url }));
  for (let attempt = 1; attempt <= 4; attempt++) {
    await next();
    // Advancing before the outcome is written down would not move the next attempt.
    await vi.waitFor(async () => {
      const response = await fetch(`${sandbox.url}/_sandbox/outbox`);
      expect(await response.json()).toEqual([]);
    });
    await control.advance(21);
  }
  await vi.waitFor(async () => {
    const [mail] = await control.inbox('broken');
    expect(mail?.undelivered).toBe('The endpoint answered 500. Given up after 4 attempts.');
  });
  expect(received).toHaveLength(0);
});

test('nobody reaches the control interface by subscribing it', async () => {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'inward' }));
  await client.send(
    new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `${sandbox.url}/_sandbox/reset` }),
  );
  await vi.waitFor(async () => {
    const [mail] = await control.inbox('inward');
    expect(mail?.undelivered).toContain('does not call itself');
  });
  expect(await control.accounts()).toHaveLength(1);
});

test('nor that of another sandbox on this machine', async () => {
  const other = await startSandbox();
  const its = new SandboxControl(other.url);
  await its.createAccount('657654036224');
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'across' }));
  const Endpoint = `${other.url}/_sandbox/reset`;
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  await vi.waitFor(async () => {
    const [mail] = await control.inbox('across');
    expect(mail?.undelivered).toContain('answered 403');
  });
  expect(await its.accounts()).toHaveLength(1);
  await other.close();
});

test('an address that cannot be read ends nothing but its own delivery', async () => {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'odd' }));
  const Endpoint = url.replace('//', '//%zz:%@');
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  for (let attempt = 1; attempt <= 4; attempt++) {
    await vi.waitFor(async () => {
      const response = await fetch(`${sandbox.url}/_sandbox/outbox`);
      expect(await response.json()).toEqual([]);
    });
    await control.advance(21);
  }
  await vi.waitFor(async () => {
    const [mail] = await control.inbox('odd');
    expect(mail?.undelivered).toContain('URI malformed');
  });
});
