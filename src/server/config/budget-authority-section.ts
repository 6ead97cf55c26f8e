/** `budgetAuthority`: who adds up what is used of budgets. */
import * as z from 'zod'
import type { Report } from './accounts.ts'

export const BudgetAuthoritySection = z.strictObject({
  store: z
    .enum(['process', 'redis'])
    .describe(
      '`process`: each gateway counts for itself. `redis`: all that use the same Redis or Valkey count together, and judge rates of `consumption` together.',
    ),
  url: z
    .string()
    .regex(/^rediss?:\/\/[^\s/?#]/, 'takes an address of Redis or Valkey, such as `redis://127.0.0.1:6379`')
    .optional()
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the file.
    .describe('`redis://` or `rediss://`, best as `${REDIS_URL}`. Default: the variable REDIS_URL.'),
  prefix: z
    .string()
    .regex(/^[\x21-\x7e]{0,64}$/, 'takes visible ASCII characters without blanks, at most 64')
    .optional()
    .describe('Stands before all keys. Default `portcullis:budgets:`.'),
  whenAway: z
    .enum(['continue', 'refuse'])
    .optional()
    .describe(
      'Calls under budgets while Redis is away: `continue` until what is leased has run out, the default, or `refuse` at once.',
    ),
  leaseSeconds: z
    .int()
    .min(1)
    .max(300)
    .optional()
    .describe('A gateway that was not heard of for so long has gone: its calls at once are free again. Default 10.'),
})
type BudgetAuthoritySection = z.infer<typeof BudgetAuthoritySection>

export interface BudgetAuthorityConfig {
  readonly url: string
  readonly prefix: string
  readonly whenAway: 'continue' | 'refuse'
  readonly leaseMs: number
}

/** Absent: each gateway counts for itself. */
export function budgetAuthorityConfig(
  section: BudgetAuthoritySection | undefined,
  environment: NodeJS.ProcessEnv,
  report: Report,
): BudgetAuthorityConfig | undefined {
  if (section?.store !== 'redis') return undefined
  const { url = environment['REDIS_URL'] ?? '', prefix = 'portcullis:budgets:' } = section
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol))
    report(['store'], '`redis` needs `url`, or the variable REDIS_URL, with an address of Redis or Valkey.')
  const { whenAway = 'continue', leaseSeconds = 10 } = section
  return { url, prefix, whenAway, leaseMs: leaseSeconds * 1000 }
}
