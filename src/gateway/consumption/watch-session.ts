import type { RoutedCall } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import type { CallShape, Verdict } from '../../core/spending/consumption.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import type { ReadMessage } from '../../core/wire/read-once.ts'
import type { SessionTokens } from '../within-session.ts'
import { shaping } from './call-shape.ts'
import { createSessionWords, maySayWords } from './session-words.ts'
import { type ConsumptionOptions, concluding } from './watch-consumption.ts'

/** Judges what a client says in a session. */
export interface SessionWatch {
  /** Throws or rejects where the message may not go on. A promise: it goes on later. */
  fromClient(message: ReadMessage): void | Promise<void>
  /** A response is over. Throws or rejects where the session has to be. `isPriced`: all its tokens have the prices of text. */
  answered(event: JsonObject, tokens: SessionTokens, isPriced: boolean): void | Promise<void>
}

/** What a response may write where nobody says; the most that the vendors let one write. */
const assumedOutputTokens = 4096

/**
 * Each response counts as a call of the key. One that the client asks for is judged before it goes on, and a large message when
 * it comes; one that the provider begins by itself, when somebody has stopped speaking, is judged at its end.
 */
export function watchSessions(options: ConsumptionOptions): (call: RoutedCall, target: Target) => SessionWatch {
  const { settings, judge, ended, sketch, distinct } = options
  const shapes = shaping(options)
  const conclude = concluding(options, 'apart')
  return (call, { account, model }) => {
    const { id: accountId, furtherOf = accountId } = account
    const name = `${furtherOf}/${model}`
    const words = createSessionWords()
    const waiting: { readonly shape: CallShape; countedNanoUsd: number }[] = []
    let contextTokens = 0
    let asked = 0

    const shapeOf = (more: Partial<CallShape>): CallShape => {
      const { isFurtherTry: _, ...shape } = shapes.said(call, {
        model: name,
        inputTokens: words.tokens,
        outputTokens: words.maxOutputTokens ?? assumedOutputTokens,
      })
      return { ...shape, isInSession: true, ...more }
    }

    function judged(shape: CallShape, isResponse: boolean): void | Promise<void> {
      const concluded = (verdict: Verdict): Promise<void> | undefined => {
        if (isResponse) waiting.push({ shape, countedNanoUsd: verdict.countedNanoUsd })
        if (waiting.length > MAX_WAITING) waiting.shift()
        return conclude(verdict, shape, call)
      }
      const verdict = judge(shape, settings)
      return verdict instanceof Promise ? verdict.then(concluded) : concluded(verdict)
    }

    function response(): void | Promise<void> {
      const turn = settings.rules.loop === undefined ? undefined : sketch({ messages: words.messages() })
      const { input } = shapes.priceOf(name)
      return judged(
        shapeOf({
          // All that was said before is read once more.
          inputNanoUsd: (contextTokens + words.tokens) * input,
          ...(turn === undefined ? {} : { turn: turn.turn, conversations: [turn.conversation] }),
        }),
        true,
      )
    }

    return {
      fromClient(message) {
        if (!maySayWords(message.text())) return
        const event = message.json()
        if (!isJsonObject(event)) return
        words.say(event)
        if (event['type'] === 'response.create') {
          asked = Math.min(asked + 1, MAX_WAITING)
          return response()
        }
        const part = settings.rules.repetition === undefined ? undefined : distinct(message.bytes)
        if (part === undefined && message.bytes.length < LARGE_BYTES) return
        // What it costs is counted with the response.
        const own = { isFurtherTry: true, inputNanoUsd: 0, outputNanoUsdPerToken: 0 } as const
        return judged(shapeOf({ ...own, ...(part === undefined ? {} : { distinct: part }) }), false)
      },
      answered(event, used, isPriced) {
        let late: Promise<void> | undefined
        try {
          if (asked === 0) late = response() ?? undefined
          else asked--
        } finally {
          words.answered(event)
          contextTokens = used.inputTokens + used.outputTokens
          if (!(late instanceof Promise)) settle(used, isPriced)
        }
        return late?.finally(() => settle(used, isPriced))
      },
    }

    function settle({ inputTokens, outputTokens }: SessionTokens, isPriced: boolean): void {
      const begun = waiting.shift()
      if (begun === undefined) return
      const { key, workspace, label } = begun.shape
      const { price, input, output } = shapes.priceOf(name)
      const { countedNanoUsd } = begun
      const costNanoUsd =
        price === undefined || !isPriced ? countedNanoUsd : inputTokens * input + outputTokens * output
      const common = { id: call.id, key, workspace, ...(label === undefined ? {} : { label }) }
      ended({ ...common, countedNanoUsd, costNanoUsd, tokens: inputTokens + outputTokens }, settings)
    }
  }
}

/** Smaller messages are judged with the response that answers them. */
const LARGE_BYTES = 32 * 1024
/** Responses of a provider that never end. */
const MAX_WAITING = 64
