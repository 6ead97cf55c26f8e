import { GatewayError } from '../../../core/errors.ts'
import type { FeedbackSink } from '../../../core/record/call-record.ts'
import { type Feedback, type FeedbackSubject, readFeedback, subjectsOf } from '../../../core/record/feedback.ts'
import type { Exchange } from '../../http/exchange.ts'
import type { Deadlines } from '../deadlines.ts'
import { callId } from '../request/call-id.ts'
import { smallBody } from '../request/small-body.ts'
import type { Runtime } from '../runtime.ts'

/** Where clients say what they thought of an answer, as Portkey has it. */
export const feedbackPath = '/v1/feedback'

export interface FeedbackHandling {
  readonly feedback: FeedbackSink
  /** Whether it is on record, or on its way there. */
  isThere(subject: FeedbackSubject): Promise<boolean>
}

/** Keeps it beside the record. Rejects with the fault: `not_found` for what this workspace does not have. */
export async function serveFeedback(
  exchange: Exchange,
  runtime: Runtime,
  { deadlines, feedback, isThere }: FeedbackHandling & { readonly deadlines: Deadlines },
): Promise<void> {
  const { id: key, workspace } = runtime.authenticate(exchange.headers, exchange, undefined)
  const said = readFeedback(await smallBody(exchange, runtime, deadlines))
  for (const subject of subjectsOf(workspace, said)) if (!(await isThere(subject))) throw notThere(subject)
  const kept: Feedback = { id: callId(), at: Date.now(), workspace, key, ...said }
  feedback.note(kept)
  const answer = { status: 'success', message: 'Feedback successfully saved', feedback_ids: [kept.id] }
  exchange.reply(200, ['content-type', 'application/json'], Buffer.from(JSON.stringify(answer)))
}

function notThere({ kind }: FeedbackSubject): GatewayError {
  const message = kind === 'call' ? 'There is no call with this `call_id`.' : 'There is no call of this `trace_id`.'
  return new GatewayError('not_found', message, { param: `${kind}_id` })
}
