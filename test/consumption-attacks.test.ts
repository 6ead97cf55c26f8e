import { describe, expect, it } from 'vitest'
import { playAttack } from '../bench/consumption/attack-report.ts'
import { allAttacks } from '../bench/consumption/attacks.ts'

/**
 * Of what an attack costs where nothing is watched, this part at most is lost: of a known key, and of new ones. `npm run eval:consumption -- --attacks`
 * prints the table.
 */
const atMost: Readonly<Record<string, readonly [number, number]>> = {
  'loop of prompts': [0.2, 0.2],
  'loop of tools': [0.45, 0.45],
  'prompt bombs': [0, 0],
  'repeated prompts': [0, 0],
  'long answers': [0, 0],
  'answers without a bound': [0.15, 0.2],
  // It is held to the rate of its bound.
  'rate burst': [0.1, 0.3],
  'cost burst': [0.25, 0.5],
  'dear model': [0, 0],
  'many keys': [0, 0.25],
}

describe('with the defaults enforced', () => {
  it.each(allAttacks())(
    'an attack by $id costs little of what it would',
    async (attack) => {
      const { off, learned, unknown } = await playAttack(attack)
      const [ofKnown, ofNew] = atMost[attack.id] as readonly [number, number]
      const part = (loss: typeof off | undefined): number => (loss?.costUsd ?? 0) / off.costUsd
      expect(part(learned)).toBeLessThanOrEqual(ofKnown)
      expect(part(unknown)).toBeLessThanOrEqual(ofNew)
    },
    120_000,
  )
})
