import { describe, expect, it } from 'vitest'
import { SecretGone, unavailable } from '../../core/secrets/secret-reference.ts'
import { createSecretReferences } from './secret-references.ts'

const name = 'vault:secret/openai#apiKey'
const minute = 60_000
const hour = 60 * minute

function bed() {
  let now = 0
  let answer: () => Promise<string> = async () => 'sk-1'
  let reads = 0
  const read = (): Promise<string> => {
    reads++
    return answer()
  }
  const reading = { refreshMs: 5 * minute, keepMs: hour, identityOf: () => 'a', read }
  const references = createSecretReferences(() => now, reading)
  return {
    references,
    reading,
    reads: () => reads,
    at: (ms: number) => {
      now = ms
    },
    answers: (next: () => Promise<string>) => {
      answer = next
    },
    value: async () => await references.value(name),
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a reference to a secret', () => {
  it('is read once for all that wait, and then held', async () => {
    const { references, reads } = bed()
    const both = await Promise.all([references.value(name), references.value(name)])
    expect(both).toEqual(['sk-1', 'sk-1'])
    expect(references.value(name)).toBe('sk-1')
    expect(reads()).toBe(1)
  })

  it('is read anew behind the calls once it is old', async () => {
    const { value, references, at, answers } = bed()
    await value()
    answers(async () => 'sk-2')
    at(5 * minute)
    expect(references.value(name)).toBe('sk-1')
    await settled()
    expect(references.value(name)).toBe('sk-2')
  })

  it('is read before a call where nobody has asked for long', async () => {
    const { value, at, answers } = bed()
    await value()
    answers(async () => 'sk-2')
    at(30 * minute)
    expect(await value()).toBe('sk-2')
  })

  it('keeps its last value while the store is gone, with pauses between reads, and not for ever', async () => {
    const { value, references, at, answers, reads } = bed()
    await value()
    answers(async () => {
      throw unavailable('Vault is sealed (503)')
    })
    at(30 * minute)
    expect(await value()).toBe('sk-1')
    expect(reads()).toBe(2)
    expect(references.value(name)).toBe('sk-1')
    expect(reads()).toBe(2)
    at(hour)
    await expect(value()).rejects.toThrow(`The secret "${name}" cannot be had: Vault is sealed (503).`)
    // Too soon for another read: refused at once.
    expect(() => references.value(name)).toThrow('Vault is sealed')
  })

  it('has no value once the store says that there is none', async () => {
    const { value, at, answers } = bed()
    await value()
    answers(async () => {
      throw new SecretGone('Vault has no such secret')
    })
    at(30 * minute)
    await expect(value()).rejects.toMatchObject({ code: 'secret_unavailable' })
  })

  it('is read anew when its value was refused, but not again and again', async () => {
    const { value, references, at, answers, reads } = bed()
    await value()
    expect(references.renew(name, 'sk-1')).toBe(false)
    at(10_000)
    answers(async () => 'sk-2')
    expect(references.renew(name, 'sk-1')).toBe(true)
    expect(await value()).toBe('sk-2')
    expect(references.renew(name, 'sk-2')).toBe(false)
    expect(reads()).toBe(2)
  })

  it('was replaced already when a call still had the one before', async () => {
    const { value, references, at, answers, reads } = bed()
    await value()
    answers(async () => 'sk-2')
    at(30 * minute)
    await value()
    expect(references.renew(name, 'sk-1')).toBe(true)
    expect(await value()).toBe('sk-2')
    expect(references.renew(name, 'sk-2')).toBe(false)
    expect(reads()).toBe(2)
  })

  it('is read anew from another store', async () => {
    const { value, references, reading, reads } = bed()
    await value()
    references.configure({ ...reading, identityOf: () => 'b' })
    await value()
    expect(reads()).toBe(2)
  })

  it('never says what a store that broke said', async () => {
    const { value, answers } = bed()
    answers(async () => {
      throw new Error('unexpected token sk-very-secret')
    })
    await expect(value()).rejects.toThrow(`The secret "${name}" cannot be had: the read failed.`)
  })
})
