import * as z from 'zod'

/** Of answers that are kept: at most 30 days. */
export const ttlSeconds = z
  .int()
  .positive()
  .max(30 * 86_400)
