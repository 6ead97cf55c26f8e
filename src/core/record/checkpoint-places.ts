/** Where signed checkpoints of the audit log go by themselves. */

export interface CheckpointFile {
  /** Gets a line for each. */
  readonly path: string
}

/** A bucket that is spoken to as S3 is. */
export interface CheckpointBucket {
  readonly bucket: string
  readonly region: string
  /** Of a store that is not Amazon's; the bucket is the first segment of the path then. */
  readonly endpoint?: string
  /** Of names of objects; without a slash at its ends. */
  readonly prefix?: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** When one is signed and sent: with the first look that finds either. */
export interface CheckpointSchedule {
  readonly everyEntries?: number
  readonly everyMs: number
}

/** What an alert of the kind `audit-checkpoint` carries: the line, and what it is about. */
export interface CarriedCheckpoint {
  readonly line: string
  readonly size: number
  readonly publicKey: string
}

export function carriedCheckpoint(details: Readonly<Record<string, string | number>>): CarriedCheckpoint {
  return {
    line: String(details['checkpoint']),
    size: Number(details['size']),
    publicKey: String(details['publicKey']),
  }
}
