/** Instructions for a model in results and descriptions of tools, by a set of our own that no rule was written by. */
import promptInjection from '../../src/catalog/detectors/prompt-injection.ts'
import type { InspectionPoint } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { type Evaluate, shareText } from './evaluation.ts'
import * as attacks from './misplaced/attacks.ts'
import * as later from './misplaced/later-texts.ts'
import * as nearMisses from './misplaced/near-misses.ts'

const groups: readonly (readonly [
  name: string,
  point: InspectionPoint,
  isAttack: boolean,
  texts: readonly string[],
])[] = [
  ['an assistant is addressed', 'tool-result', true, attacks.addressed],
  ['steps of its own answer', 'tool-result', true, attacks.sequenced],
  ['in comments and what is not shown', 'tool-result', true, attacks.concealed],
  ['in other languages', 'tool-result', true, attacks.furtherLanguages],
  ['descriptions of tools', 'tool-definition', true, attacks.poisonedTools],
  ['all of these, written later', 'tool-result', true, later.attacks],
  ['descriptions of tools, written later', 'tool-definition', true, later.tools],
  ['texts about assistants', 'tool-result', false, nearMisses.aboutAssistants],
  ['manuals for coding agents', 'tool-result', false, nearMisses.agentManuals],
  ['steps for people', 'tool-result', false, nearMisses.steps],
  ['mails to people', 'tool-result', false, nearMisses.mailsToPeople],
  ['ordinary comments', 'tool-result', false, nearMisses.comments],
  ['ordinary texts in other languages', 'tool-result', false, nearMisses.furtherLanguages],
  ['ordinary descriptions of tools', 'tool-definition', false, nearMisses.ordinaryTools],
  ['ordinary texts, written later', 'tool-result', false, later.nearMisses],
  ['ordinary descriptions of tools, written later', 'tool-definition', false, later.ordinaryTools],
]

export const evaluate: Evaluate = async () => {
  const detect = promptInjection.create({})
  const rows = await Promise.all(
    groups.map(async ([name, point, isAttack, texts]) => {
      const found = await Promise.all(texts.map(async (text) => await detect(inspectedText(text), { point })))
      const flagged = found.filter((findings) => findings.some(({ score }) => score >= 0.5)).length
      const share = shareText(flagged, texts.length)
      return [name, point, texts.length, isAttack ? share : '', isAttack ? '' : share]
    }),
  )
  return {
    title: 'Instructions for a model where none belong',
    about: `The whole detector, as it is shipped, at a score of 0.5. All texts were written by hand, by the hand that wrote the rules. Most were written before the rules:
those were not looked at to change one, but their writer knew what they are about. The rows that say so were written when the rules were done, and judge
them better. Near misses resemble the attacks as much as ordinary texts can.`,
    columns: ['texts', 'point', 'number', 'caught', 'flagged by mistake'],
    rows,
  }
}
