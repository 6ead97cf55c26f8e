import type { Endpoint } from '../../../core/calls/call.ts'
import type { Dialect } from '../../../core/model/dialect.ts'

/** In whose words a client is told what is beside the answer. */
export function vendorOf(endpoint: Endpoint): Dialect {
  return endpoint.kind === 'dialect' ? endpoint.dialect : endpoint.errorDialect
}
