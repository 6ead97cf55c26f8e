import { describe, expect, it } from 'vitest'
import { createPeers, peerLimit } from '../src/policy/consumption/peers.ts'
import { newProfile, type Profile, usualLimit } from '../src/policy/consumption/profile.ts'
import { learn } from '../src/policy/consumption/usual.ts'
import { DAY_MS, rulesWorld } from './support/consumption-rules.ts'

const { settings } = rulesWorld()
const start = Date.UTC(2026, 0, 1)
const later = start + 2 * DAY_MS

/** Of a key that has made 100 calls with prompts of about so many tokens. */
function known(inputTokens: number, more: Partial<Profile> = {}): Profile {
  const profile: Profile = { ...newProfile(start), workspace: 'default', calls: 100, dearest: 10, ...more }
  for (let index = 0; index < 100; index++)
    learn(profile.usual.input, inputTokens * (1 + (index % 10) / 10), { at: start, isFree: true })
  return profile
}

const three = (): Map<string, Profile> =>
  new Map([
    ['a', known(20_000)],
    ['b', known(40_000)],
    ['c', known(1000, { dearest: 70 })],
  ])

describe('a workspace', () => {
  it('is known by the highest limit of its keys and the dearest of their models, four times over', () => {
    const profiles = three()
    const peers = createPeers(profiles)('default', later, settings)
    expect(peers?.keys).toBe(3)
    expect(peers?.dearest).toBe(70)
    const highest = Math.max(...[...profiles.values()].map((profile) => usualLimit(profile, 'input') ?? 0))
    expect(peerLimit(peers, 'input')).toBe(4 * highest)
  })

  it('says nothing of what none of its keys has shown', () => {
    expect(peerLimit(createPeers(three())('default', later, settings), 'output')).toBeUndefined()
    expect(peerLimit(undefined, 'input')).toBeUndefined()
  })

  it.each<[string, Partial<Profile>, number]>([
    ['one that has made too few calls', { calls: 99 }, later],
    ['one that is too young', { since: later - DAY_MS + 1 }, later],
    ['one of another workspace', { workspace: 'other' }, later],
  ])('is not known by two keys and %s', (_, more, at) => {
    const profiles = three().set('c', known(1000, more))
    expect(createPeers(profiles)('default', at, settings)).toBeUndefined()
  })

  it('is not known by the agents of its keys', () => {
    const profiles = three()
    profiles.delete('c')
    const { workspace: _, ...agent } = known(1_000_000)
    for (let index = 0; index < 5; index++) profiles.set(JSON.stringify(['a', index]), agent)
    expect(createPeers(profiles)('default', later, settings)).toBeUndefined()
  })

  it('is compared with no other', () => {
    const profiles = three()
    for (const name of ['x', 'y', 'z']) profiles.set(name, known(900_000, { workspace: 'other', dearest: 5000 }))
    const peersAt = createPeers(profiles)
    expect(peersAt('default', later, settings)?.dearest).toBe(70)
    expect(peersAt('other', later, settings)?.dearest).toBe(5000)
    expect(peersAt('third', later, settings)).toBeUndefined()
  })

  it('is looked through once in five minutes, and at once when the clock was set back', () => {
    const profiles = three()
    const peersAt = createPeers(profiles)
    const dearestAt = (at: number) => peersAt('default', at, settings)?.dearest
    expect(dearestAt(later)).toBe(70)
    profiles.set('d', known(1000, { dearest: 200 }))
    expect(dearestAt(later + 5 * 60_000 - 1)).toBe(70)
    expect(dearestAt(later + 5 * 60_000)).toBe(200)
    profiles.set('e', known(1000, { dearest: 300 }))
    expect(dearestAt(later - 1000)).toBe(300)
  })
})

describe('a new key', () => {
  const world = (): ReturnType<typeof rulesWorld> => {
    const made = rulesWorld()
    for (const key of ['a', 'b', 'c']) made.work(key, { inputTokens: 20_000 })
    return made
  }

  it('is held to four times what its workspace does, and only until it is known itself', () => {
    const { found, limit, work, guard, settings: rules } = world()
    const most = 4 * Math.max(...['a', 'b', 'c'].map((key) => limit(key, 'input')))
    expect(found('new', { inputTokens: Math.floor(most), inputNanoUsd: 0 })).toEqual([])
    expect(found('new', { inputTokens: Math.ceil(most) + 1, inputNanoUsd: 0 })).toEqual(['prompt-size'])
    // Somebody says what it is for: it is left alone until it is known.
    guard.pardon({ key: 'new', workspace: 'default' }, 'prompt-size', rules)
    work('new', { inputTokens: Math.ceil(most * 2), inputNanoUsd: 0 })
    expect(found('new', { inputTokens: Math.ceil(most * 2), inputNanoUsd: 0 })).toEqual([])
  })

  it('is asked about a model that is far dearer than any of the workspace', () => {
    const { found } = world()
    expect(found('new', { model: 'dear', price: 8_000_000 })).toEqual([])
    expect(found('new', { model: 'dearer', price: 8_000_001 })).toEqual(['new-model'])
  })

  it('does not raise what is compared with while it is new', () => {
    const { call, limit, found, pass } = world()
    const most = 4 * Math.max(...['a', 'b', 'c'].map((key) => limit(key, 'input')))
    for (let index = 0; index < 90; index++) call('eager', { inputTokens: Math.floor(most), inputNanoUsd: 0 })
    pass(6 * 60_000)
    expect(found('other', { inputTokens: Math.ceil(most) + 1, inputNanoUsd: 0 })).toEqual(['prompt-size'])
  })

  it('of a workspace without known keys has bounds only', () => {
    const { found } = rulesWorld()
    expect(found('first', { inputTokens: 5_000_000, inputNanoUsd: 0 })).toEqual([])
  })
})
