import type { Guardrail, GuardrailFacts } from '../../core/inspection/guardrail.ts'
import type { JsonValue } from '../../core/wire/json.ts'
import { UnreadDocument } from '../documents/read-limits.ts'
import { holdsTokens, tokenListsIn } from './prompt-tokens.ts'
import { type FileOwner, type FileReading, passOrRefuse } from './read-files.ts'
import type { WireText } from './wire-texts.ts'

export interface TokenReading extends FileReading {
  /**
   * The texts of lists of numbers, as each model reads them that a call of this name and body may reach; `undefined` where nobody
   * can tell.
   */
  readTokens(
    lists: readonly (readonly number[])[],
    model: string,
    body: JsonValue,
  ): Promise<readonly string[] | undefined>
}

/**
 * What prompts of numbers say; each stands where its numbers do. What cannot be read is refused or, where that was chosen, on
 * record. `model`: absent where nobody knows it. Throws `uninspectable_body`.
 */
export async function tokenTexts(
  body: JsonValue | undefined,
  model: string | undefined,
  { active, facts }: { readonly active: readonly Guardrail[]; readonly facts: GuardrailFacts },
  reading: TokenReading,
  owner: FileOwner,
): Promise<readonly WireText[]> {
  if (body === undefined || !holdsTokens(body)) return []
  const request: GuardrailFacts = { ...facts, direction: 'request' }
  const looking = active.filter((one) => one.points.includes('input') && reading.policy.applies(one, request))
  if (looking.length === 0) return []
  const lists = model === undefined ? undefined : tokenListsIn(body)
  const texts =
    lists === undefined || model === undefined
      ? undefined
      : await reading.readTokens(
          lists.map(({ numbers }) => numbers),
          model,
          body,
        )
  if (lists === undefined || texts === undefined) {
    const fault = new UnreadDocument('Nobody can tell what these numbers of tokens say; send the text.')
    passOrRefuse(fault, 'unreadable', looking, { point: 'input' }, reading, owner)
    return []
  }
  return lists.map(({ place, run }, index) => ({ text: texts[index] ?? '', point: 'input', place, runs: [run] }))
}
