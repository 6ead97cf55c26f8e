import type { JsonObject, JsonValue } from '../../core/wire/json.ts'

/** How the lines of a batch's file are written, and their results. */
export interface LineFormat {
  readonly maxLines: number
  /** Results that are errors stand in a file of their own. */
  readonly hasErrorFile: boolean
  /** The file was made for the batch, and nobody needs it behind its end. */
  readonly ownsFile: boolean
  /** Where a line has the body of its call. */
  readonly bodyField: string
  /** What people call the line. */
  subject(number: number): string
  /** What is wrong with it, as the rest of a sentence that never quotes it. */
  faultOf(line: JsonObject, endpoint: string): string | undefined
  result(outcome: LineOutcome): string
}

export interface LineOutcome {
  readonly batchId: string
  readonly number: number
  readonly customId: string | undefined
  /** What came back of its call. */
  readonly response?: { readonly status: number; readonly callId: string; readonly body: JsonValue }
  /** Why there was no call, or no end of it. */
  readonly error?: LineError
}

export interface LineError {
  readonly code: 'invalid_batch_line' | 'internal_error' | 'batch_expired' | 'batch_cancelled'
  readonly message: string
}
