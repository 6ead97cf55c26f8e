import type { CallFact } from '../../../core/calls/call.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { GuardrailEffect } from '../../../core/inspection/guardrail.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import type { ReplyGuard } from '../guard-reply.ts'
import { createTurns, inOrder, type Step } from '../in-turn.ts'
import { refusalOf } from '../refusal.ts'
import { createStreamInspection } from '../stream-inspection.ts'
import {
  type Answer,
  createWrittenTexts,
  type GrowingText,
  newAnswer,
  pieceOf,
  soundOf,
  writtenWhole,
} from './answer.ts'
import { createHeldEvents, type HeldEvent } from './held-events.ts'
import { createSaidBefore } from './said-before.ts'
import { type JudgedSeam, judgedSeam } from './seam.ts'
import { answersOwn, ownEvent, refusedEnd, type SessionEvent, sessionEvent, tellsWords } from './session-events.ts'
import { judgedEvent, readMessage, type WholeEventGuard, type WrittenEvent } from './whole-event.ts'

/** The two sides of a session. */
export interface SessionLink {
  /** `recorded`: without what was put back in place of tokens. */
  toClient(message: Buffer, recorded: Buffer): void
  /** The client is told of a fault, and the session goes on. */
  tell(error: GatewayError): void
  toProvider(message: Buffer): void
  close(error: GatewayError): void
  /** The provider waits. */
  pause(): void
  resume(): void
}

export interface SessionAnswers {
  /** One message of the provider. It goes on once what is in it, and what came before it, was looked at. */
  push(message: Buffer): void
  /** No more messages come. `then`: all that may go is gone. */
  end(then: () => void): void
}

export interface SessionAnswersOptions extends Pick<WholeEventGuard, 'callId' | 'isSaid'> {
  /** As guardrails stand now. */
  guard(): ReplyGuard
  /** Nothing goes on that nobody can read. */
  readonly isStrict: boolean
  /** Whether sound goes before its words were looked at, and without any. */
  readonly mayRunAhead: boolean
  emit(fact: CallFact): void
}

const MAX_HELD_BYTES = 32 << 20
const MAX_ANSWERS = 64
const MAX_EDITS = 4096
/** Of a provider that does not end what it was told to end. */
const MAX_UNHEEDED = 1024
const MAX_REMEMBERED = 1024

/**
 * The provider's side of a session, looked at as a stream of events is. What is refused ends its answer, and the session goes
 * on. An event waits for those before it, and sound for the words that it says.
 */
export function createSessionAnswers(options: SessionAnswersOptions, link: SessionLink): SessionAnswers {
  const { callId, isSaid, mayRunAhead } = options
  const id = `${callId}:output`
  const answers = new Map<string, Answer>()
  const over = createMemory()
  const refusedItems = createMemory()
  const written = createWrittenTexts()
  const held = createHeldEvents(mayRunAhead, link.toClient)
  const said = createSaidBefore()
  let isOver = false

  const { take, stop } = createTurns(link, (fault) => {
    const message = 'The gateway failed to look at a session.'
    close(fault instanceof GatewayError ? fault : new GatewayError('internal_error', message, { cause: fault }))
  })

  function close(error: GatewayError): void {
    if (isOver) return
    for (const answer of answers.values()) report(answer)
    isOver = true
    stop()
    link.close(error)
  }

  function report({ inspection }: Answer): void {
    const decisions = inspection.decisions()
    if (decisions.length > 0) options.emit({ type: 'guardrails-judged', decisions })
  }

  function answerTo(event: SessionEvent): Answer | undefined {
    const key = event.isHeard ? heard + event.item : event.response
    if (key === undefined) return undefined
    const known = answers.get(key)
    if (known !== undefined) return known
    if (answers.size >= MAX_ANSWERS) throw tooMuch('answers at once')
    const answer = newAnswer(key, createStreamInspection(id, options.guard()))
    answers.set(key, answer)
    return answer
  }

  function forget(answer: Answer): void {
    report(answer)
    answers.delete(answer.id)
    over.add(answer.id)
  }

  function toProvider(event: JsonObject): void {
    link.toProvider(Buffer.from(JSON.stringify(event)))
  }

  /** Ends an answer; what of it waits is gone. */
  function refuse(answer: Answer, error: GatewayError): void {
    if (answer.refusal !== undefined || isOver) return
    answer.refusal = error
    for (const { event } of answer.texts.values()) refusedItems.add(event.item)
    for (const { item } of answer.sounds.values()) refusedItems.add(item)
    answer.texts.clear()
    held.release()
    link.tell(error)
    // One that is at its end is not ended once more: what the provider says to that is kept from the client.
    toProvider(ownEvent('response.cancel', answer.id === '' ? {} : { response_id: answer.id }))
  }

  /** The model has heard it already: what it answers is ended, and it forgets what it heard. */
  function refuseHeard(item: string, answer: Answer | undefined, error: GatewayError): void {
    if (answer !== undefined) answer.refusal = error
    const said = [...answers.values()].filter((one) => !one.id.startsWith(heard) && one.refusal === undefined)
    for (const one of said) refuse(one, error)
    if (said.length === 0) link.tell(error)
    if (item !== '') toProvider(ownEvent('conversation.item.delete', { item_id: item }))
  }

  function refusedIn(
    { item, isHeard }: Pick<SessionEvent, 'item' | 'isHeard'>,
    answer: Answer | undefined,
    error: GatewayError,
  ): void {
    if (isHeard) refuseHeard(item, answer, error)
    else if (answer !== undefined) refuse(answer, error)
    else {
      refusedItems.add(item)
      link.tell(error)
    }
  }

  /** First of all, that nothing begins in what went right before. */
  function advance(answer: Answer, text: GrowingText, isWhole: boolean): void | Promise<void> {
    if (isOver || answer.refusal !== undefined) return
    const [seam] = text.seams
    if (seam === undefined) return look(answer, text, isWhole)
    const { emit } = options
    const { point } = text.channel
    const conclude = (judged: JudgedSeam): void | Promise<void> => {
      if (judged === 'waits') return
      text.seams = text.seams.filter((one) => one !== seam)
      if (judged === 'clean') return advance(answer, text, isWhole)
      refusedIn(text.event, answer, judged)
    }
    const judged = judgedSeam(seam, { id, guard: options.guard(), point, isWhole, emit })
    return judged instanceof Promise ? judged.then(conclude) : conclude(judged)
  }

  function look(answer: Answer, { channel, event }: GrowingText, isWhole: boolean): void | Promise<void> {
    if (isOver || answer.refusal !== undefined) return
    const conclude = (effect: GuardrailEffect | undefined): void => {
      const refusal = effect && refusalOf(effect, id)
      if (refusal !== undefined) refusedIn(event, answer, refusal)
      else if (channel.redactions.length > MAX_EDITS) refuse(answer, tooMuch('findings in one text'))
      else if (channel.redactions.length > 0) soundOf(answer, event, 'hidden')
    }
    const effect = answer.inspection.advance(channel, isWhole)
    return effect instanceof Promise ? effect.then(conclude) : conclude(effect)
  }

  /** Looks at texts that nothing more is added to. */
  function finish(answer: Answer, isOfIt: (text: GrowingText) => boolean): void | Promise<void> {
    const texts = Array.from(answer.texts.values()).filter((text) => !text.isOver && isOfIt(text))
    return inOrder(
      texts.flatMap((text): readonly Step[] => [
        () => advance(answer, text, true),
        () => {
          text.isOver = true
          const whole = answer.refusal === undefined ? writtenWhole(text) : undefined
          if (whole !== undefined) written.add(whole)
        },
      ]),
    )
  }

  function hold(event: HeldEvent): void {
    if (isOver || event.answer?.refusal !== undefined) return
    held.add(event)
    held.release()
    if (held.bytes <= MAX_HELD_BYTES) return
    const error = tooMuch('sound and text that wait')
    if (event.answer === undefined) throw error
    refuse(event.answer, error)
  }

  function read(message: Buffer): void | Promise<void> {
    const found = readMessage(message)
    if (found === undefined) {
      if (!options.isStrict) return link.toClient(message, message)
      throw new GatewayError('uninspectable_body', 'The provider sent what is no JSON that a guardrail can read.')
    }
    const { bytes, value } = found
    const event = sessionEvent(value)
    if (answersOwn(event)) return
    const answer = answerTo(event)
    if (answer?.refusal !== undefined) return unheeded(answer, event, answer.refusal)
    if (answer === undefined) return refusedItems.has(event.item) ? undefined : whole(event, undefined, bytes)
    // Of an answer that is over, each event stands for itself.
    const isLate = over.has(answer.id)
    const isLast = event.type === 'response.done' || (event.isHeard && event.isEnd) || isLate
    return inOrder([
      () => {
        if (event.adds === 'text') return grow(event, answer, bytes)
        if (event.adds === 'sound') return sound(event, answer, bytes)
        if (event.isEnd) return finish(answer, (text) => isLast || text.event.item === event.item)
      },
      () => {
        if (event.adds !== undefined) return
        return answer.refusal === undefined ? whole(event, answer, bytes) : unheeded(answer, event, answer.refusal)
      },
      () => (isLate ? finish(answer, () => true) : undefined),
      () => {
        held.release()
        if (isLast && answers.get(answer.id) === answer) forget(answer)
      },
    ])
  }

  function grow(event: SessionEvent, answer: Answer, bytes: Buffer): void | Promise<void> {
    const grown = pieceOf(answer, event, said)
    if (grown === undefined) throw tooMuch('parts in one answer')
    const { growing, piece } = grown
    return inOrder([
      () => judged(event, answer, (as) => hold({ answer, piece, bytes, ...as })),
      // What the client itself has said does not wait.
      () => advance(answer, growing, event.isHeard),
      () => held.release(),
    ])
  }

  function sound(event: SessionEvent, answer: Answer, bytes: Buffer): void | Promise<void> {
    const said = soundOf(answer, event, 'waits')
    if (said === undefined) throw tooMuch('parts in one answer')
    return judged(event, answer, (as) => hold({ answer, sound: said, bytes, ...as }))
  }

  function whole(event: SessionEvent, answer: Answer | undefined, bytes: Buffer): void | Promise<void> {
    return judged(event, answer, (as) => {
      if (answer !== undefined && event.isEnd && !hear(answer, event, as.isRedacted)) {
        const message = `Sound of an answer came without its words, which a guardrail has to read (decision ${id}).`
        const error = new GatewayError('guardrail_denied', message)
        refuse(answer, error)
        return unheeded(answer, event, error)
      }
      hold({ ...(answer === undefined ? {} : { answer }), bytes, ...as })
    })
  }

  /** Lets sound go whose words are whole. `false`: there are none. */
  function hear(answer: Answer, event: SessionEvent, isRedacted: boolean): boolean {
    for (const [part, one] of answer.sounds) {
      const hasWords = one.state === 'waits' ? tellsWords(event, { item: one.item, part }) : undefined
      if (hasWords === undefined) continue
      if (isRedacted) one.state = 'hidden'
      else if (hasWords || answer.texts.has(`${part} transcript`)) one.state = 'may-go'
      else if (!mayRunAhead) return false
    }
    return true
  }

  /** Looks at what an event says beside what it adds. */
  function judged(
    event: SessionEvent,
    answer: Answer | undefined,
    then: (as: WrittenEvent) => void,
  ): void | Promise<void> {
    const guard: WholeEventGuard = {
      id,
      callId,
      guard: options.guard(),
      written,
      said,
      isSaid,
      mayRunAhead,
      emit: options.emit,
    }
    const conclude = (as: WrittenEvent | GatewayError): void => {
      if (isOver) return
      if (!(as instanceof GatewayError)) then(as)
      else {
        refusedIn(event, answer, as)
        if (answer !== undefined) unheeded(answer, event, as)
      }
    }
    const as = judgedEvent(event, guard)
    return as instanceof Promise ? as.then(conclude) : conclude(as)
  }

  /** An answer that was refused goes on until the provider has heard of it. Its end is one without what it said. */
  function unheeded(answer: Answer, event: SessionEvent, { code }: Pick<GatewayError, 'code'>): void {
    if (!event.isHeard) refusedItems.add(event.item)
    answer.unheeded++
    if (event.type === 'response.done') hold({ bytes: Buffer.from(JSON.stringify(refusedEnd(event.value, code))) })
    else if (answer.unheeded > MAX_UNHEEDED) {
      const message = `The provider goes on with an answer that was refused (decision ${id}).`
      throw new GatewayError('guardrail_denied', message)
    }
    if (event.type === 'response.done' || (event.isHeard && event.isEnd)) forget(answer)
  }

  return {
    push: (message) => take(() => read(message)),
    end: (then) =>
      take(() =>
        inOrder([
          () => inOrder([...answers.values()].map((answer) => () => finish(answer, () => true))),
          () => {
            held.release()
            for (const answer of answers.values()) report(answer)
            isOver = true
            then()
          },
        ]),
      ),
  }
}

/** Before the item of what the provider has heard: no answer has such a name. */
const heard = '\0'

function tooMuch(of: string): GatewayError {
  return new GatewayError('guardrail_denied', `A session has more ${of} than a guardrail looks at.`)
}

/** Names of what is over; the oldest are forgotten. */
function createMemory(): { add(name: string): void; has(name: string): boolean } {
  const names = new Set<string>()
  return {
    add(name) {
      if (name === '') return
      names.delete(name)
      names.add(name)
      const oldest = names.size > MAX_REMEMBERED ? names.values().next().value : undefined
      if (oldest !== undefined) names.delete(oldest)
    },
    has: (name) => names.has(name),
  }
}
