import type { CallDetails } from './call-store.ts'

/** Writes calls in one format, as they come. */
export interface CallEncoder {
  /** What can leave by now, which may be nothing yet. `undefined`: the call is nothing for the format. */
  push(call: CallDetails): Uint8Array | undefined
  end(): Uint8Array
}

export interface CallExport {
  readonly contentType: string
  /** Of a file. */
  readonly extension: string
  open(): CallEncoder
}
