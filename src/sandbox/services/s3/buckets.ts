export interface Bucket {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
}

/** All buckets of the cloud: their names are unique across accounts. */
export type Buckets = Map<string, Bucket>;
