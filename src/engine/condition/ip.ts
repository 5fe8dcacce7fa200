import type { CompiledValues, Family } from './family.ts';

/** An address as eight 16-bit groups (IPv6) or one 32-bit number (IPv4). */
interface Address {
  readonly v6: boolean;
  readonly groups: readonly number[];
  readonly prefix: number;
}

function parseIpv4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i === text.length ? 46 : text.charCodeAt(i);
    if (c === 46) {
      if (octet < 0 || octet > 255) return undefined;
      value = value * 256 + octet;
      octet = -1;
      dots++;
    } else if (c >= 48 && c <= 57) {
      // A leading zero would be octal to some readers: refuse it.
      if (octet === 0) return undefined;
      octet = Math.max(octet, 0) * 10 + c - 48;
      if (octet > 255) return undefined;
    } else return undefined;
  }
  return dots === 4 ? value : undefined;
}

const GROUP = /^[0-9A-Fa-f]{1,4}$/;

function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const v4 = i === parts.length - 1 ? parseIpv4(part) : undefined;
      if (v4 === undefined) return undefined;
      groups.push(Math.floor(v4 / 65_536), v4 % 65_536);
    }
  }
  return groups;
}

function parseIpv6(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '');
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (halves[0]?.includes('.')) return undefined;
  const tail = parseGroups(halves[1] ?? '');
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** An address or a CIDR; a bare address has the widest prefix ("IAM uses the default prefix value of /32"). */
function parseIp(text: string): Address | undefined {
  const slash = text.indexOf('/');
  const bare = slash === -1 ? text : text.slice(0, slash);
  const v4 = parseIpv4(bare);
  const groups = v4 !== undefined ? [v4] : parseIpv6(bare);
  if (groups === undefined) return undefined;
  const widest = v4 !== undefined ? 32 : 128;
  if (slash === -1) return { v6: v4 === undefined, groups, prefix: widest };
  const bits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > widest) return undefined;
  return { v6: v4 === undefined, groups, prefix: Number(bits) };
}

const sameHighBits = (a: number, b: number, bits: number, width: number): boolean => {
  const unit = 2 ** (width - bits);
  return Math.floor(a / unit) === Math.floor(b / unit);
};

/** Is the request's address inside the policy's network? IPv4 and IPv6 never match each other. */
function inside(address: Address, network: Address): boolean {
  if (address.v6 !== network.v6) return false;
  const width = address.v6 ? 16 : 32;
  for (const [i, group] of network.groups.entries()) {
    const bits = Math.min(width, network.prefix - i * width);
    if (bits <= 0) break;
    if (!sameHighBits(address.groups[i] ?? 0, group, bits, width)) return false;
  }
  return true;
}

/** The request's side must be a bare address. */
function compile(values: readonly string[]): CompiledValues | undefined {
  const networks = values.map(parseIp);
  if (networks.includes(undefined)) return undefined;
  return {
    test: (text) => {
      const address = text.includes('/') ? undefined : parseIp(text);
      return (
        address !== undefined && networks.some((network) => network !== undefined && inside(address, network))
      );
    },
  };
}

/** "IP address condition operators": IPv4 and IPv6, addresses and CIDR. */
export const ipOperators: Family = {
  IpAddress: { negated: false, compile },
  NotIpAddress: { negated: true, compile },
};
