import { describe, expect, it } from 'vitest'
import { playAttack } from '../bench/consumption/attack-report.ts'
import { type Attack, allAttacks } from '../bench/consumption/attacks.ts'
import { gatewayWorld } from '../bench/consumption/gateway-world.ts'
import { pipelineWorld } from '../bench/consumption/pipeline-world.ts'
import { type History, replay } from '../bench/consumption/replay.ts'

/**
 * Of what an attack costs where nothing is watched, this part at most is lost: of a known key, and of new ones. `npm run eval:consumption -- --attacks`
 * prints the table, of all of them through a whole gateway.
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
  it.each(allAttacks())('an attack by $id costs little of what it would', async (attack) => {
    const { off, learned, unknown } = await playAttack(attack, pipelineWorld)
    const [ofKnown, ofNew] = atMost[attack.id] as readonly [number, number]
    const part = (loss: typeof off | undefined): number => (loss?.costUsd ?? 0) / off.costUsd
    expect(off.sent).toBe(attack.calls)
    expect(part(learned)).toBeLessThanOrEqual(ofKnown)
    expect(part(unknown)).toBeLessThanOrEqual(ofNew)
  })

  const cases: readonly [string, History][] = [
    ['cost burst', 'learned'],
    ['many keys', 'new'],
  ]
  it.each(cases)('a whole gateway loses to %s (%s) what its stage alone does', async (id, history) => {
    const attack = allAttacks().find((one) => one.id === id) as Attack
    // A short history, and of calls a part: each takes its time through a whole gateway.
    const enforced = { state: 'enforce', learn: { calls: 20, hours: 1 } }
    const shorter = { ...attack, calls: Math.ceil(attack.calls / 2) }
    const inGateway = await replay(await gatewayWorld(attack, enforced), shorter, history, 21)
    expect(inGateway.sent).toBeGreaterThan(0)
    expect(inGateway.sent).toBeLessThan(shorter.calls)
    expect(inGateway).toEqual(await replay(pipelineWorld(attack, enforced), shorter, history, 21))
  })
})
