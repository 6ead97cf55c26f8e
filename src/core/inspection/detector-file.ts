import type { JsonValue } from '../wire/json.ts'
import type { ConversationContext, InspectionPoint } from './detection.ts'

/** A file of TypeScript or JavaScript with a detector, as it was when the configuration was read. */
export interface DetectorFile {
  /** Without its folder. */
  readonly name: string
  readonly text: string
}

/** What such a file says of itself. */
export interface DetectorFileFacts {
  /** Of findings that name no rule. */
  readonly rule: string
  /** The longest finding, in UTF-16 units. Absent: as long as the text. */
  readonly span?: number | undefined
}

export interface FileQuestion {
  readonly text: string
  readonly point: InspectionPoint
  readonly options: { readonly [name: string]: JsonValue }
  readonly conversation?: ConversationContext
}

export interface FilePatience {
  /** For the answer, from when it is the question's turn. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}
