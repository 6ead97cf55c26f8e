import type { ConversationContext } from '../../../core/inspection/detection.ts'
import type { WireText } from '../wire-texts.ts'

/** What the client has said in a session, as the provider has it: the last of it. */
export interface SaidTexts {
  add(texts: readonly WireText[]): void
  has(text: string): boolean
  /** Worked out once for what was said. */
  conversation(of: (texts: readonly WireText[]) => ConversationContext): ConversationContext
}

const MAX_TEXTS = 512
const MAX_LENGTH = 1 << 20

export function createSaidTexts(): SaidTexts {
  const said = new Map<string, WireText>()
  let length = 0
  let known: ConversationContext | undefined
  return {
    add(texts) {
      for (const text of texts) {
        if (said.delete(text.text)) length -= text.text.length
        said.set(text.text, text)
        length += text.text.length
      }
      if (texts.length > 0) known = undefined
      for (const [text] of said) {
        if (said.size <= MAX_TEXTS && length <= MAX_LENGTH) break
        said.delete(text)
        length -= text.length
      }
    },
    has: (text) => said.has(text),
    conversation(of) {
      known ??= of([...said.values()])
      return known
    },
  }
}
