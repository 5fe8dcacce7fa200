/** More than a /8, or of IPv6 more than a /16: two halves of the internet are the internet. */
export const isBroad = (cidr: string): boolean => {
  const prefix = /\/(\d+)$/.exec(cidr)?.[1];
  return prefix !== undefined && Number(prefix) < (cidr.includes(':') ? 16 : 8);
};
