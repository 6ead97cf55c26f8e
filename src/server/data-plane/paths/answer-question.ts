import { principalOf } from '../../../core/calls/registry.ts'
import type { Dialect, Question } from '../../../core/model/dialect.ts'
import type { Exchange } from '../../http/exchange.ts'
import { keyHeadersOf } from '../request/key-headers.ts'
import { smallBody } from '../request/small-body.ts'
import type { Runtime } from '../runtime.ts'
import type { CallHandling } from './handle-call.ts'

/** A question as it stands at a path: below a dialect's prefix nobody else asks. */
export interface AskedQuestion {
  readonly dialect: Dialect
  readonly question: Question
  readonly isOwnPath: boolean
}

/** Which dialect's question this is, by method and headers. */
export function chooseQuestion(
  asked: readonly AskedQuestion[],
  { method, headers, url }: Exchange,
): AskedQuestion | undefined {
  const fitting = asked.filter(({ question }) => question.method === (method === 'HEAD' ? 'GET' : method))
  return (
    fitting.find(
      ({ isOwnPath, question, dialect }) =>
        isOwnPath || question.isAskedBy?.(keyHeadersOf({ headers, url }, dialect)) === true,
    ) ?? fitting.find(({ question }) => question.isAskedBy === undefined)
  )
}

/** Answers from what the gateway knows, for a caller with a key. Rejects with the fault. */
export async function answerQuestion(
  exchange: Exchange,
  { question, dialect }: AskedQuestion,
  model: string | undefined,
  runtime: Runtime,
  { deadlines }: Pick<CallHandling, 'deadlines'>,
): Promise<void> {
  const principal = principalOf(runtime.authenticate(keyHeadersOf(exchange, dialect), exchange, undefined))
  const body = question.method === 'POST' ? await smallBody(exchange, runtime, deadlines) : {}
  const answer = question.answer({
    ...(model === undefined ? {} : { model }),
    body,
    models: runtime.listModels(principal),
    modelNamed: (name) => runtime.modelNamed(principal, name),
  })
  exchange.reply(200, ['content-type', 'application/json'], Buffer.from(JSON.stringify(answer)))
}
