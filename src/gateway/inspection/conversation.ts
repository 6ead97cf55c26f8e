import type { ConversationContext } from '../../core/inspection/detection.ts'
import type { WireText } from './wire-texts.ts'

/** What is shorter is a question, not what it is about. */
const MIN_SOURCE = 200

/** What detectors are told of the conversation that an answer belongs to. */
export function conversationOf(texts: readonly WireText[]): ConversationContext {
  const said = texts.filter(({ point, isInstruction }) => point === 'input' && isInstruction !== true)
  const question = said.at(-1)?.text
  const sources = texts.filter(
    ({ point, text }) => point === 'tool-result' || (point === 'input' && text.length >= MIN_SOURCE),
  )
  return {
    instructions: texts.filter(({ isInstruction }) => isInstruction === true).map(({ text }) => text),
    sources: sources.filter(({ isInstruction }) => isInstruction !== true).map(({ text }) => text),
    ...(question === undefined ? {} : { question }),
  }
}
