/** Ordinary traffic in the shapes and words of attacks, and attacks in the shapes of ordinary traffic. */
import { createRandom } from '../random.ts'
import { orderGrammar, orderKinds } from './agent-orders.ts'
import { agentPhrases, phraseKinds } from './agent-phrases.ts'
import { agentGrammar, agentKinds, agentWrappers } from './agent-traffic.ts'
import { turnGrammar, turnKinds } from './chat-turns.ts'
import { directGrammar } from './direct-attacks.ts'
import { extractionGrammar } from './extraction-attacks.ts'
import { followUpGrammar, followUpKinds } from './follow-ups.ts'
import { expand, type Grammar, pick } from './grammar.ts'
import { jailbreakGrammar, jailbreakKinds } from './jailbreak-attacks.ts'
import { shortGrammar, shortKinds } from './short-requests.ts'
import type { Sample } from './training-set.ts'

type Kinds = Readonly<Record<string, { readonly start: string; readonly share: number }>>

/** What of the texts made here is which: a source of its own for each kind, as large sources count less. */
const shares = {
  agent: 0.35,
  phrases: 0.35,
  followUp: 0.4,
  short: 0.25,
  wrapped: 0.15,
  order: 0.4,
  turn: 0.4,
} as const

export function everydaySamples(count: number, seed: string): readonly Sample[] {
  const random = createRandom(seed)
  const ordinary = (kinds: Kinds, grammar: Grammar, prefix: string, wanted: number): Sample[] => {
    const total = Object.values(kinds).reduce((sum, { share }) => sum + share, 0)
    return Object.entries(kinds).flatMap(([name, { start, share }]) =>
      Array.from(
        { length: Math.round((wanted * share) / total) },
        (): Sample => ({
          text: expand(start, grammar, random),
          isAttack: false,
          source: `${prefix}:${name}`,
          channel: 'prompt',
        }),
      ),
    )
  }
  return [
    ...ordinary(agentKinds, agentGrammar, 'agent', count * shares.agent),
    ...ordinary(phraseKinds, agentPhrases, 'agent-phrase', count * shares.phrases),
    ...ordinary(followUpKinds, followUpGrammar, 'follow-up', count * shares.followUp),
    ...ordinary(shortKinds, shortGrammar, 'short', count * shares.short),
    ...Array.from({ length: Math.round(count * shares.wrapped) }, () => wrappedAttack(random)),
    ...ordinary(orderKinds, orderGrammar, 'order', count * shares.order),
    ...ordinary(turnKinds, turnGrammar, 'turn', count * shares.turn),
  ]
}

const attacks: readonly { readonly start: string; readonly grammar: Grammar; readonly source: string }[] = [
  { start: '{direct}', grammar: directGrammar, source: 'direct:direct' },
  { start: '{extraction}', grammar: extractionGrammar, source: 'extraction:' },
  ...Object.values(jailbreakKinds).map(({ start }) => ({ start, grammar: jailbreakGrammar, source: 'jailbreak:' })),
]

function wrappedAttack(random: ReturnType<typeof createRandom>): Sample {
  const { start, grammar, source } = pick(attacks, random)
  const attack = expand(start, grammar, random)
  const [before = '', after = ''] = expand(pick(agentWrappers, random), agentGrammar, random).split('§')
  return {
    text: before + attack + after,
    isAttack: true,
    source: `${source}wrapped`,
    channel: 'prompt',
    attack: { start: before.length, end: before.length + attack.length },
  }
}
