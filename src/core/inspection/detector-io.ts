import { GatewayError } from '../errors.ts'
import type { DetectorFile, FilePatience, FileQuestion } from './detector-file.ts'
import type { ClassifierFolder, LabelScore } from './text-classifier.ts'

/** What a detector that asks somebody else may do in the world. */
export interface DetectorIo {
  /** Unix milliseconds. */
  now(): number
  /** The secret itself, or what a reference stands for. Throws `secret_unavailable`. */
  secret(text: string): Promise<string>
  /**
   * POSTs to an address that was checked as those of providers are; redirects are not followed, and the reply has a bound.
   * Rejects with a `GatewayError`.
   */
  post(place: DetectorPlace, request: DetectorRequest): Promise<DetectorReply>
  /** What a model of a folder says of a text, in a thread of its own. All labels. */
  classify(folder: ClassifierFolder, text: string): Promise<readonly LabelScore[]>
  /** What the detector of a file answers, in a process of its own. Unchecked. Rejects with a `GatewayError`. */
  askFile(file: DetectorFile, question: FileQuestion, patience: FilePatience): Promise<unknown>
}

/** Who is asked, as far as the address is concerned. */
export interface DetectorPlace {
  /** In errors. */
  readonly name: string
  readonly allowPrivateNetwork: boolean
}

export interface DetectorRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** For all of it. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface DetectorReply {
  readonly status: number
  readonly body: string
}

/** Where nobody may be asked: a detector that would have to has failed. */
export const offline: DetectorIo = {
  now: Date.now,
  secret: () => Promise.reject(nobody()),
  post: () => Promise.reject(nobody()),
  classify: () => Promise.reject(nobody()),
  askFile: () => Promise.reject(nobody()),
}

function nobody(): GatewayError {
  return new GatewayError('upstream_unreachable', 'No detector asks anybody here.')
}

/** Answers as a service is documented to, for examples. */
export function answering(answer: (body: string, request: DetectorRequest) => unknown): DetectorIo {
  return {
    ...offline,
    secret: (text) => Promise.resolve(text),
    post: (_place, request) => Promise.resolve({ status: 200, body: JSON.stringify(answer(request.body, request)) }),
  }
}
