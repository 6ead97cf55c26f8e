import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { fixture, importBed, variable } from './support/import-bed.ts'

const { cli, fileOf } = importBed()

describe('a config of Portkey', () => {
  it('becomes accounts and one name with its targets in their order', async () => {
    const { code, stdout, stderr } = await cli('import', fixture('portkey.json'))
    expect(code).toBe(3)
    const config = parse(stdout)
    expect(config.models).toEqual({ 'pc-produc-1a2b3c': { route: 'pc-produc-1a2b3c' } })
    expect(config.cache).toEqual({ exact: { ttlSeconds: 60 } })
    expect(config.routes['pc-produc-1a2b3c'].fallback).toEqual([
      { target: 'openai/gpt-5-mini', timeoutMs: 30_000 },
      {
        loadbalance: [
          { target: 'azure-openai/gpt-5-mini-eu', timeoutMs: 30_000, weight: 0.2 },
          { target: 'anthropic-prod/claude-sonnet-4-5', timeoutMs: 5000, weight: 0.8 },
        ],
      },
      { target: 'groq-virtual-abc123/llama-3.3-70b-versatile', timeoutMs: 30_000 },
    ])
    expect(config.providers).toContainEqual({
      id: 'azure-openai',
      provider: 'azure-openai',
      baseUrl: 'https://example-europe.openai.azure.com',
      apiKey: variable('AZURE_OPENAI_API_KEY'),
      options: { apiVersion: '2024-10-21' },
    })
    expect(config.providers).toContainEqual({
      id: 'anthropic-prod',
      provider: 'anthropic',
      apiKey: variable('ANTHROPIC_PROD_API_KEY'),
    })
    expect(stdout + stderr).not.toMatch(/written-into/)
    expect(stderr).toContain('config.targets[0].retry: has no equal: a target has no retries of its own')
    expect(stderr).toContain('config.targets[3]: names "@team-a", which Portkey keeps')
  })
})

describe('conditions of Portkey', () => {
  const target = (name: string, model: string) => ({ name, provider: 'openai', override_params: { model } })
  const targets = [target('paid', 'gpt-5'), target('free', 'gpt-5-nano'), target('usual', 'gpt-5-mini')]
  const conditionsOf = (queries: readonly (readonly [object, string])[]) =>
    queries.map((entry) => Object.fromEntries(['query', 'then'].map((name, index) => [name, entry[index]])))
  const config = (queries: readonly (readonly [object, string])[]) => ({
    name: 'tiers',
    config: { strategy: { mode: 'conditional', conditions: conditionsOf(queries), default: 'usual' }, targets },
  })

  it('become those of a route, which passes the check', async () => {
    const conditions: [object, string][] = [
      [{ $or: [{ 'metadata.plan': { $eq: 'paid' } }, { 'metadata.plan': { $in: ['gold', 'a "b"'] } }] }, 'paid'],
      [{ 'metadata.plan': { $ne: 'x', $nin: ['y'] }, 'url.pathname': '/v1/responses' }, 'free'],
    ]
    const { code, stdout, stderr } = await cli('import', await fileOf('tiers.json', JSON.stringify(config(conditions))))
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(parse(stdout).routes.tiers.conditional).toEqual([
      {
        if: '(metadata["plan"] == "paid" || metadata["plan"] in ["gold","a \\"b\\""])',
        target: 'openai/gpt-5',
      },
      {
        if: '(((!("plan" in metadata) || metadata["plan"] != "x") && (!("plan" in metadata) || !(metadata["plan"] in ["y"]))) && request.endpoint == "/v1/responses")',
        target: 'openai/gpt-5-nano',
      },
      { target: 'openai/gpt-5-mini' },
    ])
  })

  it('that cannot be ones of a route are listed, and their targets get names', async () => {
    const conditions: [object, string][] = [
      [{ 'metadata.plan': { $regex: '^p' } }, 'paid'],
      [{ 'params.temperature': { $gt: 1 }, 'metadata.plan': 'free' }, 'free'],
    ]
    const { code, stdout, stderr } = await cli('import', await fileOf('odd.json', JSON.stringify(config(conditions))))
    expect(code).toBe(3)
    expect(stderr.match(/conditions\[\d\]\.query: cannot be an `if` of a route/g)).toHaveLength(2)
    expect(parse(stdout).models).toEqual({
      tiers: { target: 'openai/gpt-5-mini' },
      paid: { target: 'openai/gpt-5' },
      free: { target: 'openai/gpt-5-nano' },
    })
  })
})

describe('a config of Portkey with what surrounds it', () => {
  it('loses nothing by its name and the rest of its description', async () => {
    const config = { provider: 'openai', override_params: { model: 'gpt-5-mini' } }
    const about = {
      id: '1',
      name: 'Fast',
      slug: 'pc-fast-1',
      is_default: 0,
      status: 'active',
      created_at: '2026-01-01',
    }
    const { code, stdout } = await cli('import', await fileOf('export.json', JSON.stringify({ ...about, config })))
    expect({ code, ...parse(stdout).models }).toEqual({ code: 0, 'pc-fast-1': { target: 'openai/gpt-5-mini' } })
    const bare = await cli('import', await fileOf('bare.json', JSON.stringify({ name: 'fast', ...config })))
    expect({ code: bare.code, ...parse(bare.stdout).models }).toEqual({
      code: 0,
      fast: { target: 'openai/gpt-5-mini' },
    })
  })
})
