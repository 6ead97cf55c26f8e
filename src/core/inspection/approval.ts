import * as z from 'zod'

/** What somebody said of a call that a guardrail asks about. Holds nothing of what the call says. */
export const Approval = z.strictObject({
  /** The decision that the client was told. */
  id: z.string(),
  verdict: z.enum(['approved', 'rejected']),
  workspace: z.string(),
  key: z.string(),
  /** It is for no other one. */
  guardrails: z.array(z.string()),
  /** Of the caller and all that the call says, by a secret: the same call again has the same. */
  digest: z.string(),
  by: z.string(),
  reason: z.string().optional(),
  /** Unix milliseconds. */
  at: z.number(),
  expiresAt: z.number(),
})
export type Approval = z.infer<typeof Approval>
