/** Services with one endpoint for the whole partition: their calls happen, and are recorded, in us-east-1. */
const globalServices = new Set(['iam', 'organizations']);

/** aws:RequestedRegion and awsRegion of a call. A client may sign for any region when it talks to a custom endpoint. */
export const regionOf = (service: string, region: string): string =>
  globalServices.has(service) ? 'us-east-1' : region;
