import type { ModelCall, ModelReply, Next, RequestWire } from '../../../core/calls/call.ts'
import type { Deadlines } from '../deadlines.ts'
import { callSlug, portkeyCaller } from '../portkey/portkey-caller.ts'
import { type IsAccount, sluggedModel } from '../portkey/provider-names.ts'
import type { CallRecorder } from '../record/call-recorder.ts'
import type { ContinuedCall } from '../things/continued-call.ts'
import { type CallOrigin, modelCall } from './model-call.ts'

/** How a client says where its call goes: by the model's name alone, or with Portkey's headers. */
export interface ClientManner {
  /** To be called when it is known who is calling. Throws `invalid_request`. */
  readHeaders(): void
  call(wire: RequestWire, parts: CallParts): Promise<Answer>
}

export interface CallParts {
  readonly origin: CallOrigin
  /** The model's name where it stands in the path. */
  readonly pathModel: string | undefined
  readonly pipeline: Next<ModelCall, ModelReply>
  readonly deadlines: Deadlines
  readonly isAccount: IsAccount
  /** Checks what a body goes on from; for the body as it is sent, or a config could name replies of somebody else. */
  resume(wire: RequestWire): ContinuedCall
}

/** The call as its target got it, and what came back. */
export interface Answer {
  readonly call: ModelCall
  readonly reply: ModelReply
}

export function clientManner(
  headers: Readonly<Record<string, string>>,
  recorder: CallRecorder,
  isAccount: IsAccount,
): ClientManner {
  return portkeyCaller(headers, recorder, isAccount) ?? byName
}

const byName: ClientManner = {
  readHeaders: () => undefined,
  async call(wire, parts) {
    const { origin, pathModel, pipeline, resume } = parts
    const model = pathModel ?? wire.json['model']
    if (typeof model === 'string' && sluggedModel(model) !== undefined) return await callSlug(wire, parts)
    const call = modelCall(origin, resume(wire), pathModel)
    return { call, reply: await pipeline(call) }
  },
}
