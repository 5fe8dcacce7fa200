import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Secret } from '../base/index.ts';
import { execCommand, execEnvironment } from './index.ts';

const credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: new Secret('secret'),
  sessionToken: new Secret('token'),
  expiration: Date.UTC(2026, 10, 23, 4),
};

test('sets what must be set, unsets what would win, keeps the rest', () => {
  const base = {
    PATH: '/bin',
    AWS_PROFILE: 'p',
    AWS_DEFAULT_PROFILE: 'p',
    AWS_SECURITY_TOKEN: 'old',
    AWS_PAGER: '',
  };
  expect(execEnvironment(credentials, { region: 'eu-west-1' }, base)).toEqual({
    PATH: '/bin',
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_CREDENTIAL_EXPIRATION: '2026-11-23T04:00:00Z',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
  const long = execEnvironment(
    { accessKeyId: 'AKIA', secretAccessKey: new Secret('s') },
    { region: 'x', endpoint: 'http://127.0.0.1:1' },
    { AWS_SESSION_TOKEN: 'old' },
  );
  expect(long['AWS_SESSION_TOKEN']).toBeUndefined();
  expect(long['AWS_ENDPOINT_URL']).toBe('http://127.0.0.1:1');
});

test.each([
  [['/bin/sh', '-c', 'exit 0'], 0],
  [['/bin/sh', '-c', 'exit 7'], 7],
  [['/bin/sh', '-c', 'kill -TERM $$'], 143],
  [['/bin/sh', '-c', 'kill -KILL $$'], 137],
  [['no-such-command-anywhere'], 127],
  [['/etc/passwd'], 126],
])('%j ends with %i', async (argv, code) => {
  expect(await execCommand(argv, { PATH: process.env['PATH'] })).toBe(code);
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('%s reaches the command, and its end is ours', async (signal, code) => {
  const url = new URL('./exec.ts', import.meta.url).href;
  const script = `import { execCommand } from ${JSON.stringify(url)};
    process.exitCode = await execCommand(['/bin/sh', '-c', 'echo ready; exec sleep 60'], process.env);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([code, null]);
});
