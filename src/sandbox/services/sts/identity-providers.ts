import { AwsError } from '../../types.ts';
import { iamState } from '../iam/state.ts';
import type { World } from '../world.ts';
import { publicKey } from './jwt.ts';

/**
 * `/_sandbox/identity-providers`: the keys of OpenID Connect issuers, which AWS fetches from the issuer's own address.
 * PUT {issuer, jwks} sets them (`jwks: null`: the issuer can't be reached any more), GET lists the issuers.
 */
export function identityProviderRoute(world: World): void {
  world.routes.set('identity-providers', {
    GET: () => ({
      issuers: [...iamState(world).issuers].map(([issuer, keys]) => ({
        issuer: `https://${issuer}`,
        keys: keys.map(({ kid, kty, alg }) => ({ kid, kty, alg })),
      })),
    }),
    PUT: ({ issuer, jwks }) => {
      if (typeof issuer !== 'string' || !/^(https:\/\/)?[^\s/]+(\/\S*)?$/.test(issuer))
        throw new AwsError('ValidationError', 'issuer: a URL (https://token.actions.githubusercontent.com)');
      const name = issuer.replace(/^https:\/\//i, '');
      const { issuers } = iamState(world);
      if (jwks === null) {
        issuers.delete(name);
        return { issuer: `https://${name}`, keys: 0 };
      }
      const keys = (jwks as { keys?: unknown } | undefined)?.keys;
      if (!Array.isArray(keys) || !keys.every(isUsable))
        throw new AwsError('ValidationError', 'jwks: {"keys": […]} with RSA or EC public keys as JWKs');
      issuers.set(name, keys.map(publicPart));
      return { issuer: `https://${name}`, keys: keys.length };
    },
  });
}

type Jwk = Readonly<Record<string, unknown>>;

const isUsable = (key: unknown): key is Jwk =>
  typeof key === 'object' && key !== null && publicKey(key as Jwk) !== undefined;

/** Whoever sends a private key by mistake doesn't find it in the saved state. */
function publicPart(key: Jwk): Record<string, unknown> {
  const names = ['kty', 'kid', 'use', 'alg', 'n', 'e', 'crv', 'x', 'y'];
  return Object.fromEntries(names.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]])));
}
