/**
 * What AWS accepts. Patterns are anchored and used twice: by the loader, and as hints in the JSON Schema.
 * IAM and STS quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const patterns = {
  definitionName: /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
  accountName: /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,48}[A-Za-z0-9])?$/,
  accountId: /^[0-9]{12}$/,
  organizationId: /^o-[a-z0-9]{10,32}$/,
  region: /^[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}$/,
  /** Profiles are written to ini files: no brackets, comment signs, blanks or line ends. */
  profile: /^[A-Za-z0-9_.@+-]{1,64}$/,
  /** IAM user, role, group: the same characters. */
  iamName: /^[A-Za-z0-9_+=,.@-]{1,64}$/,
  mfaDevice: /^[A-Za-z0-9_+=,.@-]{1,226}$/,
  /** Narrower than IAM's (any of `!` to `~`): a wildcard or `$` in a path would act as one in the derived policies. */
  rolePath: /^\/(?:[A-Za-z0-9_+=,.@-]+\/)*$/,
  externalId: /^[A-Za-z0-9_+=,.@:/-]{2,1224}$/,
  externalIdPrefix: /^[A-Za-z0-9_+=,.@:/-]{1,1212}$/,
  service: /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/,
  action: /^(?:\*|\*:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/,
  clock: /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/,
  email: /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/,
} as const;

export const limits = {
  /** Bytes of definition text; 10,000 accounts written out one a line are about 1 MB. */
  fileLength: 8 * 1024 * 1024,
  /** Open collections at one point of the YAML text; a definition needs about 8. */
  yamlDepth: 64,
  /** Nodes that aliases may add. */
  aliasedNodes: 20_000,
  pathLength: 512,
  consoleSwitch: 64,
  descriptionLength: 1000,
  sessionMin: 3600,
  sessionMax: 43_200,
  /** Role chaining: "at most one hour", whatever the role allows. */
  chained: 3600,
  /** GetSessionToken's longest session: an MFA proof can't be older. */
  mfaMaxAge: 129_600,
  trustPolicy: 2048,
  /** unverified: the highest value Service Quotas grants for the trust policy length. */
  trustPolicyRaised: 8192,
  inlinePolicies: 10_240,
  managedPolicy: 6144,
  managedPolicies: 10,
  managedPoliciesRaised: 25,
  tags: 50,
  tagKey: 128,
  tagValue: 256,
} as const;
