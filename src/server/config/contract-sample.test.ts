import { expect, it } from 'vitest'
import { modelCatalogue } from '../../catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../checked-config.ts'
import type { CompiledConfig } from './compile.ts'

const models = modelCatalogue()

function compile(text: string, environment: NodeJS.ProcessEnv = {}): CompiledConfig {
  return checkedConfig(text, environment, models)
}

/** The faults of a file as `line:column message`, without any when it is valid. */
function faults(text: string, environment: NodeJS.ProcessEnv = {}): string[] {
  try {
    compile(text, environment)
    return []
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    return fault.faults.map(({ line, column, message }) => `${line}:${column} ${message}`)
  }
}

it('the sample of the contract is valid', () => {
  const text = `
listen: { host: 127.0.0.1, port: 8787, controlPort: 8788 }
providers:
  - id: openai-main
    provider: openai
    baseUrl: http://127.0.0.1:9100/v1
    apiKey: \${OPENAI_API_KEY}
    allowPrivateNetwork: true
keys:
  - id: team-a
    key: \${TEAM_A_KEY}
    workspace: default
    models: ["*"]
    budgets: [{ costUsd: 50, per: month }]
    limits: [{ requests: 600, per: minute }]
models:
  fast: { route: cheap-first }
routes:
  cheap-first:
    fallback:
      - { target: groq/llama-3.3-70b-versatile }
      - { target: openai-main/gpt-5-mini, timeoutMs: 20000 }
cache: { exact: { ttlSeconds: 3600 }, semantic: { threshold: calibrated } }
guardrails:
  - { id: no-secrets, detector: secrets, points: [input, output], action: redact, state: enforce }
  - { id: injection, detector: prompt-injection, points: [input, tool-result], action: deny, state: shadow }
`
  const environment = { OPENAI_API_KEY: 'sk', TEAM_A_KEY: 'pk-0123456789abcdef', GROQ_API_KEY: 'gsk' }
  expect(faults(text, environment)).toEqual([])
  const { accounts, keys, routes, cache, semanticCache, guardrails } = compile(text, environment)
  expect(guardrails.all.map(({ id, state }) => [id, state])).toEqual(
    expect.arrayContaining([['no-secrets', 'enforce']]),
  )
  expect([cache?.settings.ttlMs, semanticCache?.settings.ttlMs]).toEqual([3_600_000, 3_600_000])
  const budgets = keys[0]?.budgets?.map(({ measure, amount, window }) => [measure, amount, window?.per, window?.kind])
  expect(budgets).toEqual([
    ['costUsd', 50e9, 'month', 'fixed'],
    ['requests', 600, 'minute', 'sliding'],
  ])
  expect(accounts.map(({ id }) => id)).toEqual(['openai-main', 'groq'])
  expect(routes['cheap-first']?.plan).toMatchObject({ kind: 'fallback', plans: [{}, {}] })
})
