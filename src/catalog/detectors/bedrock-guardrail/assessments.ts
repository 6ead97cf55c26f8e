/** What ApplyGuardrail says, as findings. */
import { z } from 'zod'
import type { Finding } from '../../../core/inspection/detection.ts'
import { aboutAll, ruleName, spansOfWords } from '../../../core/inspection/remote-detector.ts'

const text = z.string().nullish()
const listOf = <Shape extends z.ZodRawShape>(shape: Shape) => z.array(z.object(shape)).max(1000).nullish()

export const Answer = z.object({
  action: z.string(),
  assessments: listOf({
    topicPolicy: z.object({ topics: listOf({ name: text }) }).nullish(),
    contentPolicy: z.object({ filters: listOf({ type: text, confidence: text }) }).nullish(),
    wordPolicy: z
      .object({ customWords: listOf({ match: text }), managedWordLists: listOf({ match: text, type: text }) })
      .nullish(),
    sensitiveInformationPolicy: z
      .object({ piiEntities: listOf({ type: text, match: text }), regexes: listOf({ name: text, match: text }) })
      .nullish(),
    contextualGroundingPolicy: z
      .object({ filters: listOf({ type: text, action: text, score: z.number().nullish() }) })
      .nullish(),
  }),
})

const scores: Readonly<Record<string, number>> = { LOW: 0.5, MEDIUM: 0.75, HIGH: 1 }

export function assessed(text: string, { assessments }: z.infer<typeof Answer>): readonly Finding[] {
  const whole = (rule: string, category: string, score = 1): Finding => aboutAll(text, ruleName(rule), category, score)
  const placed = (rule: string, category: string, words: string): readonly Finding[] =>
    spansOfWords(text, words).map((span) => ({ rule: ruleName(rule), category, score: 1, span }))
  return (assessments ?? []).flatMap((one) => {
    const { topicPolicy, contentPolicy, wordPolicy, sensitiveInformationPolicy: sensitive } = one
    return [
      ...(topicPolicy?.topics ?? []).map(({ name }) => whole(name ?? 'topic', 'topic')),
      ...(contentPolicy?.filters ?? []).map(({ type, confidence }) =>
        whole(type ?? 'content', type === 'PROMPT_ATTACK' ? 'injection' : 'harmful-content', scores[confidence ?? '']),
      ),
      ...(wordPolicy?.customWords ?? []).flatMap(({ match }) => placed('word', 'topic', match ?? '')),
      ...(wordPolicy?.managedWordLists ?? []).flatMap(({ match, type }) =>
        placed(type ?? 'word', 'harmful-content', match ?? ''),
      ),
      ...(sensitive?.piiEntities ?? []).flatMap(({ type, match }) => placed(type ?? 'pii', 'personal', match ?? '')),
      ...(sensitive?.regexes ?? []).flatMap(({ name, match }) =>
        placed(name ?? 'regex', 'sensitive-data', match ?? ''),
      ),
      // Filters of grounding are listed with their scores also where all is well.
      ...(one.contextualGroundingPolicy?.filters ?? [])
        .filter(({ action }) => action !== 'NONE')
        .map(({ type, score }) => whole(type ?? 'grounding', 'grounding', 1 - (score ?? 0))),
    ]
  })
}
