/** Availability zones of a region: what Fn::GetAZs answers in an account with default subnets in three of them. */
export const zonesOf = (region: string): readonly string[] => ['a', 'b', 'c'].map((zone) => region + zone);
