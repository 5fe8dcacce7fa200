import { AwsError, type Cloud } from './types.ts';
import type { WireRequest, WireResponse } from './wire/http.ts';

/** AWS's address is https://signin.aws.amazon.com/federation. */
const PATH = '/federation';
const ACTION = /(?:^|&)Action=(?:getSigninToken|login)(?:&|$)/;

/** An unsigned request for the federation endpoint; anything signed to this path is for a bucket of that name. */
export const isSignin = ({ path, query, headers, method, body }: WireRequest): boolean =>
  path === PATH &&
  headers.get('authorization') === undefined &&
  ACTION.test(method === 'POST' && !ACTION.test(query) ? body.toString('latin1') : query);

/**
 * The federation endpoint: `Action=getSigninToken` answers a token as JSON, `Action=login` redirects to the console with
 * a session cookie. `sourceIp` is what the control interface has set for such callers.
 */
export function createSignin(
  cloud: Cloud,
  sourceIp: (accessKeyId: string | undefined, peer: string) => string,
  onBug: (error: unknown) => void,
): (request: WireRequest) => WireResponse {
  return (request) => {
    const parameters = parametersOf(request);
    const facts = {
      sourceIp: sourceIp(undefined, request.peer),
      userAgent: request.headers.get('user-agent') ?? '',
    };
    const get = (name: string): string => parameters.get(name) ?? '';
    try {
      if (get('Action') === 'login') {
        return redirect(
          cloud.route(
            'federation',
            'POST',
            { ...facts, destination: get('Destination'), signinToken: get('SigninToken') },
            'login',
          ) as ConsoleSession,
        );
      }
      const made = cloud.route(
        'federation',
        'POST',
        { ...facts, session: get('Session'), sessionDuration: get('SessionDuration') },
        'token',
      );
      return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(made) };
    } catch (error) {
      if (!(error instanceof AwsError)) {
        onBug(error);
        return { status: 500, headers: { 'Content-Type': 'text/plain' }, body: 'Internal error\n' };
      }
      return {
        status: 400,
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
        body: `<!DOCTYPE html><title>Amazon Web Services Sign-In</title><h1>Error</h1><p>${escaped(error.message)}</p>\n`,
      };
    }
  };
}

interface ConsoleSession {
  readonly location: string;
  readonly cookie: string;
  readonly seconds: number;
}

/** The cookie is worth as much as credentials: no script reads it, and no other site's request carries it. */
const redirect = ({ location, cookie, seconds }: ConsoleSession): WireResponse => ({
  status: 302,
  headers: {
    Location: location,
    'Set-Cookie': `aws-creds=${cookie}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`,
    'Cache-Control': 'no-store',
  },
  body: '',
});

function parametersOf({ method, query, body }: WireRequest): URLSearchParams {
  const parameters = new URLSearchParams(query);
  if (method === 'POST') {
    for (const [name, value] of new URLSearchParams(body.toString('utf8'))) parameters.append(name, value);
  }
  return parameters;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
