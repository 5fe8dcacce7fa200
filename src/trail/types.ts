/** One CloudTrail record, as AWS writes it (event version 1.08+). Fields that AWS leaves out are absent. */
export interface CloudTrailRecord {
  readonly eventVersion: string;
  readonly userIdentity: UserIdentity;
  /** `2026-11-23T03:15:00Z` */
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly responseElements: Readonly<Record<string, unknown>> | null;
  readonly additionalEventData?: Readonly<Record<string, unknown>>;
  readonly requestID?: string;
  readonly eventID: string;
  readonly readOnly?: boolean;
  readonly resources?: readonly {
    readonly ARN?: string;
    readonly accountId?: string;
    readonly type?: string;
  }[];
  readonly eventType: string;
  readonly managementEvent?: boolean;
  readonly recipientAccountId: string;
  readonly sharedEventID?: string;
  readonly eventCategory?: string;
  readonly tlsDetails?: Readonly<Record<string, string>>;
  /** Of requests that came through a VPC endpoint; `sourceIPAddress` is then an address inside that VPC. */
  readonly vpcEndpointId?: string;
  /** Owner of that endpoint; older records lack it. */
  readonly vpcEndpointAccountId?: string;
}

export interface UserIdentity {
  readonly type: string;
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly invokedBy?: string;
  /** Of SAMLUser and WebIdentityUser. */
  readonly identityProvider?: string;
  readonly sessionContext?: {
    readonly sessionIssuer?: {
      readonly type?: string;
      readonly principalId?: string;
      readonly arn?: string;
      readonly accountId?: string;
      readonly userName?: string;
    };
    readonly attributes?: { readonly creationDate?: string; readonly mfaAuthenticated?: string };
    readonly sourceIdentity?: string;
    /** `true` for sessions of AssumeRoot. */
    readonly assumedRoot?: string;
    readonly webIdFederationData?: Readonly<Record<string, unknown>>;
  };
}
