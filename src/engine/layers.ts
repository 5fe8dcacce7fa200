import type { Layer } from './types.ts';

/** One bit a layer, in order of evaluation: the lowest set bit of a set of refusals is the layer that decides. */
export const Bit = {
  rcp: 1,
  scp: 2,
  vpcEndpoint: 4,
  boundary: 8,
  session: 16,
  identity: 32,
  resource: 64,
} as const;

/** Bits in order of evaluation. */
export const bitsInOrder: readonly number[] = Object.values(Bit);

/** The name of a layer; the resource's own policy is called trust when it is a role's trust policy. */
export function layerName(bit: number, trust: boolean): Layer {
  switch (bit) {
    case Bit.rcp:
      return 'rcp';
    case Bit.scp:
      return 'scp';
    case Bit.vpcEndpoint:
      return 'vpc-endpoint';
    case Bit.boundary:
      return 'boundary';
    case Bit.session:
      return 'session';
    case Bit.identity:
      return 'identity';
    default:
      return trust ? 'trust' : 'resource';
  }
}

/** The first layer of a set, in order of evaluation. */
export const lowestBit = (bits: number): number => bits & -bits;
