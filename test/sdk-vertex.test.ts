import { AnthropicVertex } from '@anthropic-ai/vertex-sdk'
import { ApiError, GoogleGenAI, type GoogleGenAIOptions } from '@google/genai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { vendorError } from './support/mock-replies.ts'
import { startVertexBed, type VertexBed } from './support/vertex-bed.ts'

let bed: VertexBed
beforeAll(async () => {
  bed = await startVertexBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const contents = 'Who goes there?'
const question = { max_tokens: 300, messages: [{ role: 'user' as const, content: contents }] }
const where = '/v1/projects/project-of-the-account/locations/europe-west4/publishers'

/** Google's login gives a token; here it is the virtual key. */
const login = { getRequestHeaders: () => new Headers({ authorization: `Bearer ${bed.gateway.key}` }) }

function inProject(prefix: string, options: GoogleGenAIOptions = {}): GoogleGenAI {
  return new GoogleGenAI({
    vertexai: true,
    project: 'project-of-the-client',
    location: 'us-central1',
    httpOptions: { baseUrl: bed.gateway.url + prefix, retryOptions: { attempts: 1 } },
    googleAuthOptions: { authClient: login as never },
    ...options,
  })
}

/** How programs set up Google's package, with the paths that come of it. */
const setUps = {
  'with a project and a token': (prefix: string) => inProject(prefix),
  'with a project, a token and the stable version': (prefix: string) => inProject(prefix, { apiVersion: 'v1' }),
  'with an API key': (prefix: string) =>
    new GoogleGenAI({ vertexai: true, apiKey: bed.gateway.key, httpOptions: { baseUrl: bed.gateway.url + prefix } }),
}

describe.each(Object.entries(setUps))("Google's package for Vertex AI %s", (_name, setUp) => {
  it.each(['', '/vertex'])('gets an answer and a stream of Gemini, below "%s"', async (prefix) => {
    const client = setUp(prefix)
    const model = 'gemini-2.5-flash'
    expect((await client.models.generateContent({ model, contents })).text).toBe(answer)
    let text = ''
    for await (const chunk of await client.models.generateContentStream({ model, contents })) text += chunk.text ?? ''
    expect(text).toBe(answer)
    expect(bed.vertex.requests.map(({ path }) => path)).toEqual([
      `${where}/google/models/gemini-2.5-flash:generateContent`,
      `${where}/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse`,
    ])
    expect(JSON.stringify(bed.vertex.requests.map(({ rawHeaders }) => rawHeaders))).not.toContain(bed.gateway.key)
  })

  it('gets an answer and a stream of another vendor, whose name stands before the model', async () => {
    const client = setUp('/vertex')
    const model = 'openai-mock/gpt-5-mini'
    expect((await client.models.generateContent({ model, contents })).text).toBe(answer)
    let text = ''
    for await (const chunk of await client.models.generateContentStream({ model, contents })) text += chunk.text ?? ''
    expect(text).toBe(answer)
    expect(bed.openai.requests.map(({ json }) => json)).toMatchObject([
      { model: 'gpt-5-mini' },
      { model: 'gpt-5-mini' },
    ])
  })

  it('has its tokens counted', async () => {
    const { totalTokens } = await setUp('').models.countTokens({ model: 'gemini-2.5-flash', contents })
    expect(totalTokens).toBeGreaterThan(2)
  })

  it('meets errors as its own', async () => {
    bed.vertex.reply(vendorError(400))
    const asking = setUp('').models.generateContent({ model: 'gemini-2.5-flash', contents })
    const fault: unknown = await asking.catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ApiError)
    expect(fault).toMatchObject({ status: 400 })
    expect(String(fault)).toContain('The mock says no.')
  })
})

type VertexOptions = NonNullable<ConstructorParameters<typeof AnthropicVertex>[0]>

function claude(options: VertexOptions = {}): AnthropicVertex {
  return new AnthropicVertex({
    baseURL: `${bed.gateway.url}/vertex/v1`,
    region: 'us-east5',
    projectId: 'project-of-the-client',
    maxRetries: 0,
    authClient: login as never,
    ...options,
  })
}

describe("Anthropic's package for Vertex AI", () => {
  it.each([
    'claude-sonnet-4-5@20250929',
    'vertex-claude/claude-sonnet-4-5@20250929',
    'anthropic-mock/claude-sonnet-4-5',
    'openai-mock/gpt-5-mini',
    'claude-of-openai',
  ])('gets an answer and a stream of %s', async (model) => {
    const whole = await claude().messages.create({ model, ...question })
    expect(whole.content).toMatchObject([{ type: 'text', text: answer }])
    const streamed = await claude()
      .messages.stream({ model, ...question })
      .finalMessage()
    expect(streamed.content).toMatchObject([{ type: 'text', text: answer }])
    expect(streamed.usage.output_tokens).toBe(212)
  })

  it('reaches the project of the account, not its own', async () => {
    await claude({ baseURL: `${bed.gateway.url}/v1` }).messages.create({
      model: 'claude-sonnet-4-5@20250929',
      ...question,
    })
    const [request] = bed.vertex.requests
    expect(request?.path).toBe(`${where}/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`)
    expect(request?.headers['authorization']).toBe('Bearer upstream-secret-of-vertex')
    expect(request?.json).toEqual({ anthropic_version: expect.any(String), ...question })
  })

  it('has its tokens counted', async () => {
    const { max_tokens: _, ...prompt } = question
    const { input_tokens } = await claude().messages.countTokens({ model: 'claude-sonnet-4-5@20250929', ...prompt })
    expect(input_tokens).toBeGreaterThan(2)
  })

  it('meets errors by their status and words', async () => {
    bed.openai.reply(vendorError(429))
    await expect(claude().messages.create({ model: 'openai-mock/gpt-5-mini', ...question })).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('The mock says no.'),
    })
    await expect(claude().messages.create({ model: 'nobody/knows', ...question })).rejects.toMatchObject({
      status: 404,
    })
  })
})
