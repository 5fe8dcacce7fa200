import type { Partition, Span } from '../base/index.ts';
import type { PolicyJson } from '../policy/index.ts';

/** The resolved definition: every reference followed, every default filled in, every list expanded. */
export interface Access {
  readonly file?: string;
  /** Short name of the definition: names StackSets, log groups, alarms. `[a-z0-9-]{1,32}` */
  readonly name: string;
  readonly partition: Partition;
  /** Region for clients, alarms and the trail. */
  readonly region: string;
  readonly organizationId?: string;
  /** The account that operators live in and that watches the others. */
  readonly security: Account;
  /** All accounts, the security account included, in the order of the file. */
  readonly accounts: readonly Account[];
  readonly operators: readonly Operator[];
  readonly groups: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly networks: readonly Network[];
  readonly roles: readonly Role[];
  readonly paths: readonly Path[];
  readonly monitoring: Monitoring;
}

export interface Account {
  readonly name: string;
  /** 12 digits. */
  readonly id: string;
  /** AWS config profile that reaches it (`workload-account`). */
  readonly profile: string;
  readonly ou?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A person: an IAM user in the security account. */
export interface Operator {
  /** The IAM user name. */
  readonly name: string;
  readonly account: Account;
  readonly arn: string;
  /** The virtual MFA device; absent when the operator has none. */
  readonly mfa?: { readonly device: string; readonly serialNumber: string };
  /** Long-lived access key wanted (needed for GetSessionToken). */
  readonly accessKey: boolean;
}

export interface Network {
  readonly name: string;
  readonly cidrs: readonly string[];
}

export interface Role {
  /** The IAM role name; the same in each of its accounts. */
  readonly name: string;
  /** `/` or `/security/` */
  readonly path: string;
  readonly description: string;
  /** Where it is deployed. */
  readonly accounts: readonly Account[];
  /** One statement of the trust policy each. */
  readonly trust: readonly TrustEntry[];
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly permissions: Permissions;
  readonly boundaryArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly span?: Span;
}

export interface TrustEntry {
  readonly operators: readonly Operator[];
  /** Roles of this definition whose sessions may enter (chaining); `account` is where the entering role lives. */
  readonly roles: readonly { readonly role: string; readonly account: Account; readonly arn: string }[];
  /** Accounts outside this definition (vendors), by id: trusted as a whole, so an ExternalId is demanded by `check`. */
  readonly accounts: readonly string[];
  readonly services: readonly string[];
  readonly externalId?: ExternalId;
  readonly mfa: { readonly required: boolean /** seconds */; readonly maxAge?: number };
  /** Union of the CIDRs of the named networks; empty: anywhere. */
  readonly networks: readonly Network[];
  readonly organizationOnly: boolean;
  /** A source identity must be passed. */
  readonly sourceIdentity: boolean;
  /** A session name must equal the caller's user name (`${aws:username}`). */
  readonly sessionName: 'any' | 'username';
  readonly span?: Span;
}

export type ExternalId =
  | { readonly kind: 'fixed'; readonly value: string }
  /** prefix + account id of the account that holds the role. */
  | { readonly kind: 'derived'; readonly prefix: string };

export interface Permissions {
  /** ARNs. */
  readonly managed: readonly string[];
  /** Inline policy; absent when only managed policies are used. */
  readonly inline?: PolicyJson;
}

/** One way from a principal into one role of one account, flattened: what `login`, `assume`, documents and proofs walk. */
export interface Path {
  readonly from: {
    readonly kind: 'operator' | 'role' | 'account' | 'service';
    readonly name: string;
    readonly arn: string;
  };
  readonly role: string;
  readonly account: Account;
  readonly roleArn: string;
  readonly externalId?: string;
  readonly mfa: boolean;
  readonly mfaMaxAge?: number;
  readonly duration: number;
  readonly entry: TrustEntry;
}

export interface Monitoring {
  readonly businessHours: {
    /** IANA name. */
    readonly timeZone: string;
    /** 1 = Monday … 7 = Sunday. */
    readonly days: readonly number[];
    /** `08:00` */
    readonly from: string;
    readonly to: string;
  };
  readonly knownNetworks: readonly Network[];
  readonly failedAssumeRole: Threshold;
  /** Alert when `count` distinct principals assume one role within `window` seconds. */
  readonly sharedRole: Threshold;
  readonly notify: readonly { readonly kind: 'email' | 'https' | 'sns'; readonly to: string }[];
}

export interface Threshold {
  readonly count: number;
  /** Seconds. */
  readonly window: number;
}
