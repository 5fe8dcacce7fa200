import { createHash } from 'node:crypto';

export interface Instance {
  readonly id: string;
  readonly subnetId: string;
  readonly privateIp: string;
  readonly launchedAt: number;
  state: 'running' | 'terminated';
}

/** What every account has in every region without anybody making it, and one instance to look at. */
export interface Network {
  readonly vpcId: string;
  readonly cidr: string;
  readonly dhcpOptionsId: string;
  readonly instances: Map<string, Instance>;
}

/** Networks by account and region, made when first looked at: 10,000 accounts cost nothing until they are used. */
export class Networks {
  readonly #networks: Map<string, Network>;

  /** `networks` is kept elsewhere, with the rest of the cloud. */
  constructor(networks: Map<string, Network>) {
    this.#networks = networks;
  }

  of(accountId: string, region: string, now: number): Network {
    const place = `${accountId}/${region}`;
    const known = this.#networks.get(place);
    if (known !== undefined) return known;
    const id = (kind: string): string =>
      `${kind}-0${createHash('sha256').update(`${place}/${kind}`).digest('hex').slice(0, 16)}`;
    const instance: Instance = {
      id: id('i'),
      subnetId: id('subnet'),
      privateIp: '172.31.0.10',
      launchedAt: now,
      state: 'running',
    };
    const network: Network = {
      vpcId: id('vpc'),
      // https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
      cidr: '172.31.0.0/16',
      dhcpOptionsId: id('dopt'),
      instances: new Map([[instance.id, instance]]),
    };
    this.#networks.set(place, network);
    return network;
  }
}
