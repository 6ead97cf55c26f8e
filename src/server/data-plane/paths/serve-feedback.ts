import type { FeedbackSink } from '../../../core/record/call-record.ts'
import { type Feedback, readFeedback } from '../../../core/record/feedback.ts'
import type { Exchange } from '../../http/exchange.ts'
import type { Deadlines } from '../deadlines.ts'
import { callId } from '../request/call-id.ts'
import { smallBody } from '../request/small-body.ts'
import type { Runtime } from '../runtime.ts'

/** Where clients say what they thought of an answer, as Portkey has it. */
export const feedbackPath = '/v1/feedback'

/** Keeps it beside the record. Whether there is such a call is not looked at: it may still be on its way there. Rejects with the fault. */
export async function serveFeedback(
  exchange: Exchange,
  runtime: Runtime,
  { deadlines, feedback }: { readonly deadlines: Deadlines; readonly feedback: FeedbackSink },
): Promise<void> {
  const { id: key, workspace } = runtime.authenticate(exchange.headers, exchange, undefined)
  const said = readFeedback(await smallBody(exchange, runtime, deadlines))
  const kept: Feedback = { id: callId(), at: Date.now(), workspace, key, ...said }
  feedback.note(kept)
  const answer = { status: 'success', message: 'Feedback successfully saved', feedback_ids: [kept.id] }
  exchange.reply(200, ['content-type', 'application/json'], Buffer.from(JSON.stringify(answer)))
}
