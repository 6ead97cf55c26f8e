/** What the gateway and the process of a detector say to each other: a length of four bytes (little-endian) and JSON. */
import * as z from 'zod'
import type { DetectorFile, FileQuestion } from '../../core/inspection/detector-file.ts'

export type ToDetector =
  | ({ readonly type: 'load' } & DetectorFile)
  | ({ readonly type: 'ask'; readonly number: number } & FileQuestion)

const line = z.int().min(1).optional().catch(undefined)

/** Of what comes from there nothing is believed: any code may have written it. */
export const FromDetector = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    rule: z.string().max(1000),
    span: z.int().min(1).max(16_384).optional(),
  }),
  z.object({ type: z.literal('failed'), fault: z.string().max(100_000), line }),
  /** Without findings there were more than anybody takes. */
  z.object({
    type: z.literal('answered'),
    number: z.int(),
    findings: z.unknown().optional(),
    excess: z.literal(true).optional(),
  }),
  z.object({ type: z.literal('threw'), number: z.int(), line }),
])
export type FromDetector = z.infer<typeof FromDetector>

/** Of one message. */
export const MAX_MESSAGE = 1 << 20
