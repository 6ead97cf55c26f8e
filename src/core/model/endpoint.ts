import type { PassThroughEndpoint } from '../calls/call.ts'

/** Gives an endpoint's file its type. */
export function defineEndpoint(endpoint: Omit<PassThroughEndpoint, 'kind'>): PassThroughEndpoint {
  return { kind: 'pass-through', ...endpoint }
}
