import { BlockList, isIP, isIPv4 } from 'node:net';

/** One network; a bare address counts as a /32 or /128. */
export interface Cidr {
  readonly text: string;
  contains(ip: string): boolean;
}

/** Parses IPv4 or IPv6 CIDR or a bare address, strictly; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, prefix, ...rest] = text.split('/');
  if (rest.length > 0 || address === undefined || isIP(address) === 0 || address.includes('%'))
    return undefined;
  const v4 = isIPv4(address);
  const widest = v4 ? 32 : 128;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
  const bits = prefix === undefined ? widest : Number(prefix);
  if (bits > widest) return undefined;
  const list = new BlockList();
  list.addSubnet(address, bits, v4 ? 'ipv4' : 'ipv6');
  return {
    text,
    // A v4 rule must not match v4-mapped v6 addresses and the other way round: BlockList would unify them.
    contains: (ip) => {
      const kind = isIP(ip);
      return kind === (v4 ? 4 : 6) && list.check(ip, v4 ? 'ipv4' : 'ipv6');
    },
  };
}
