import type { WireRequest } from './http.ts';
import type { Protocol, ServiceInfo } from './model.ts';

/**
 * The protocol that a request of a service with several is in: newer clients of CloudWatch speak RPC v2 CBOR or JSON,
 * older ones the query protocol, to the same endpoint.
 */
export function spoken(info: ServiceInfo, request: WireRequest): ServiceInfo {
  if (info.others === undefined) return info;
  const protocol = protocolOf(request);
  return protocol === info.protocol || !info.others.includes(protocol) ? info : variant(info, protocol);
}

function protocolOf(request: WireRequest): Protocol {
  if (request.headers.get('smithy-protocol') !== undefined) return 'cbor';
  return request.headers.get('x-amz-target') !== undefined ? 'json' : 'query';
}

const variants = new WeakMap<ServiceInfo, Map<Protocol, ServiceInfo>>();

function variant(info: ServiceInfo, protocol: Protocol): ServiceInfo {
  const known = variants.get(info) ?? new Map<Protocol, ServiceInfo>();
  variants.set(info, known);
  const made = known.get(protocol) ?? { ...info, protocol };
  known.set(protocol, made);
  return made;
}
