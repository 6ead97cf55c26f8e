import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

// No service of Palo Alto Networks was reached: these are the shapes that pan.dev and the models of its Python SDK document.
const flags = z.object({ injection: z.boolean(), dlp: z.boolean(), url_cats: z.boolean(), toxic_content: z.boolean() })
const masked = z.object({
  data: z.string(),
  pattern_detections: z.array(z.object({ pattern: z.string(), locations: z.array(z.tuple([z.int(), z.int()])) })),
})
const ScanResponse = z.object({
  report_id: z.string().startsWith('R'),
  scan_id: z.uuid(),
  tr_id: z.string(),
  profile_id: z.uuid(),
  profile_name: z.string(),
  category: z.enum(['malicious', 'benign', 'error', 'timeout']),
  action: z.enum(['block', 'allow']),
  timeout: z.boolean(),
  error: z.boolean(),
  errors: z.array(z.object({ content_type: z.string(), feature: z.string(), status: z.string() })),
  prompt_detected: flags
    .extend({ malicious_code: z.boolean(), agent: z.boolean(), topic_violation: z.boolean() })
    .optional(),
  response_detected: flags
    .extend({ db_security: z.boolean(), malicious_code: z.boolean(), agent: z.boolean(), ungrounded: z.boolean() })
    .optional(),
  prompt_masked_data: masked.optional(),
  response_masked_data: masked.optional(),
  created_at: z.iso.datetime(),
  completed_at: z.iso.datetime(),
})

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      inspection: { preset: 'off' },
      guardrails: [
        {
          id: 'zebras',
          detector: 'regex',
          points: ['input', 'output', 'tool-call', 'tool-result'],
          action: 'deny',
          state: 'enforce',
          models: ['striped*'],
          settings: { patterns: [{ name: 'zebra', pattern: 'zebra' }] },
        },
        { id: 'keys', detector: 'secrets', points: ['input', 'output'], action: 'redact', state: 'enforce' },
        // Finds the same: places are told once.
        { id: 'keys-too', detector: 'secrets', points: ['input'], action: 'redact', state: 'shadow' },
      ],
    },
  })
})
afterAll(() => bed.close())

const scan = (contents: readonly object[], more: object = {}): Promise<WireReply> =>
  post(
    `${bed.gateway.url}/v1/scan/sync/request`,
    { tr_id: '1234', ai_profile: { profile_name: 'configured' }, contents, ...more },
    { headers: { 'x-pan-token': bed.gateway.key } },
  )
const get = (path: string): Promise<WireReply> =>
  post(bed.gateway.url + path, undefined, { method: 'GET', headers: { 'x-pan-token': bed.gateway.key } })
const striped = { metadata: { app_name: 'app', app_user: 'ada', ai_model: 'striped-1' } }

describe('POST /v1/scan/sync/request', () => {
  it('answers for harmless texts as documented', async () => {
    const { status, json } = await scan([{ prompt: 'Who goes there?', response: 'A friend.' }])
    expect(status).toBe(200)
    expect(ScanResponse.parse(json)).toMatchObject({
      tr_id: '1234',
      profile_name: 'configured',
      category: 'benign',
      action: 'allow',
      error: false,
      prompt_detected: { injection: false, dlp: false },
      response_detected: { dlp: false, ungrounded: false },
    })
    expect(json.report_id).toBe(`R${json.scan_id}`)
  })

  it('masks what a policy redacts, with places in bytes', async () => {
    const { json } = await scan([{ prompt: `Ключ ${secret}!` }])
    expect(ScanResponse.parse(json)).toMatchObject({
      category: 'malicious',
      action: 'allow',
      prompt_detected: { dlp: true, injection: false },
      prompt_masked_data: {
        data: 'Ключ [AWS_ACCESS_KEY]!',
        pattern_detections: [{ pattern: 'aws-access-key', locations: [[9, 29]] }],
      },
    })
    expect(json).not.toHaveProperty('response_detected')
    expect(JSON.stringify(json)).not.toContain(secret)
  })

  it('blocks what is to be redacted where no masked form can be given', async () => {
    const inCode = await scan([{ prompt: 'See the code.', code_prompt: `key = "${secret}"` }])
    expect(inCode.json).toMatchObject({ action: 'block', prompt_detected: { dlp: true } })
    const twice = await scan([{ prompt: secret }, { prompt: secret }])
    expect(twice.json).toMatchObject({ action: 'block' })
    expect(twice.json).not.toHaveProperty('prompt_masked_data')
  })

  it('blocks what a policy denies, in every text, for the model that it is about', async () => {
    for (const content of [
      { prompt: 'a zebra' },
      { code_prompt: 'a zebra' },
      { prompt: 'Hi', context: 'a zebra' },
      { response: 'a zebra' },
      { code_response: 'a zebra' },
      { tool_event: { metadata: { ecosystem: 'mcp', server_name: 's', tool_invoked: 't' }, input: '{"a":"a zebra"}' } },
      { tool_event: { output: 'a zebra' } },
    ]) {
      expect((await scan([content], striped)).json, JSON.stringify(content)).toMatchObject({
        action: 'block',
        category: 'malicious',
      })
      const plain = { metadata: { ...striped.metadata, ai_model: 'plain-1' } }
      expect((await scan([content], plain)).json).toMatchObject({ action: 'allow', category: 'benign' })
      // Nobody knows that it is for another model.
      expect((await scan([content])).json).toMatchObject({ action: 'block', category: 'malicious' })
    }
  })

  it('tells tools apart', async () => {
    const metadata = { ecosystem: 'mcp', method: 'tools/call', server_name: 's', tool_invoked: 't' }
    const { json } = await scan([{ tool_event: { metadata, input: '{}', output: 'a zebra' } }], striped)
    expect(json.tool_detected).toMatchObject({
      verdict: 'malicious',
      metadata,
      summary: { threats: ['zebra'], detections: { topic_violation: true } },
      input_detected: { detection_entries: [{ detections: { topic_violation: false } }] },
      output_detected: { detection_entries: [{ detections: { topic_violation: true }, threats: ['zebra'] }] },
    })
  })

  it.each(['observe', 'balanced', 'strict', 'regulated'])('knows the profile %s, by its id too', async (profile) => {
    const by = (ai_profile: object) => scan([{ prompt: `Use ${secret}` }], { ai_profile })
    const { json } = await by({ profile_name: profile })
    expect(ScanResponse.parse(json)).toMatchObject({ profile_name: profile, category: 'malicious' })
    expect(json.action).toBe(profile === 'regulated' ? 'block' : 'allow')
    expect('prompt_masked_data' in json).toBe(profile === 'balanced' || profile === 'strict')
    expect((await by({ profile_id: json.profile_id })).json.profile_name).toBe(profile)
  })

  it('is a call on the record, with its decisions', async () => {
    const reply = await scan([{ prompt: 'a zebra' }], striped)
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({ endpoint: '/v1/scan/sync/request', status: 200 })
    expect(call.decisions).toMatchObject([{ guardrail: 'zebras', action: 'deny', findings: [{ rule: 'zebra' }] }])
  })

  it('takes the key as a bearer too', async () => {
    const body = { ai_profile: { profile_name: 'observe' }, contents: [{ prompt: 'Hi' }] }
    expect((await bed.gateway.post('/v1/scan/sync/request', body)).status).toBe(200)
  })
})

it('one gateway asks another, as it would ask Prisma AIRS', async () => {
  const settings = {
    baseUrl: bed.gateway.url,
    apiKey: bed.gateway.key,
    profileName: 'balanced',
    allowPrivateNetwork: true,
  }
  const guardrail = {
    id: 'other',
    detector: 'prisma-airs',
    points: ['input'],
    action: 'redact',
    state: 'enforce',
    settings,
  }
  const asking = await startTestbed({ config: { inspection: { preset: 'off' }, guardrails: [guardrail] } })
  try {
    const messages = [{ role: 'user', content: `Use ${secret} there.` }]
    const reply = await asking.gateway.post('/v1/chat/completions', { model: 'fast', messages })
    expect(asking.openai.requests[0]?.body.toString()).toContain('Use [DLP] there.')
    const { decisions } = await asking.gateway.call(reply)
    expect(decisions).toMatchObject([{ guardrail: 'other', findings: [{ rule: 'dlp', span: { start: 4, end: 24 } }] }])
  } finally {
    await asking.close()
  }
})

describe('POST /v1/scan/async/request', () => {
  it('is answered with ids, under which its results and reports are', async () => {
    const ai_profile = { profile_name: 'configured' }
    const batch = [
      { req_id: 1, scan_req: { tr_id: 'a', ai_profile, contents: [{ prompt: 'Hi' }] } },
      { req_id: 7, scan_req: { tr_id: 'b', ai_profile, ...striped, contents: [{ response: 'a zebra' }] } },
    ]
    const headers = { 'x-pan-token': bed.gateway.key }
    const { json, status } = await post(`${bed.gateway.url}/v1/scan/async/request`, batch, { headers })
    expect(status).toBe(200)
    z.object({ received: z.iso.datetime(), scan_id: z.uuid(), report_id: z.string() }).parse(json)
    const results = await get(`/v1/scan/results?scan_ids=${json.scan_id}`)
    expect(results.json).toMatchObject([
      { req_id: 1, status: 'complete', scan_id: json.scan_id, result: { tr_id: 'a', action: 'allow' } },
      { req_id: 7, status: 'complete', scan_id: json.scan_id, result: { tr_id: 'b', action: 'block' } },
    ])
    for (const { result } of results.json as Json[]) ScanResponse.parse(result)
    const reports = await get(`/v1/scan/reports?report_ids=${json.report_id}`)
    expect(reports.json).toMatchObject([
      { req_id: 1, report_id: json.report_id, transaction_id: 'a' },
      {
        req_id: 7,
        detection_results: expect.arrayContaining([
          expect.objectContaining({
            data_type: 'response',
            detection_service: 'topic_guardrails',
            verdict: 'malicious',
            action: 'block',
          }),
        ]),
      },
    ])
  })

  it('keeps scans at once too, and takes several ids', async () => {
    const ids = [(await scan([{ prompt: 'one' }])).json.scan_id, (await scan([{ prompt: 'two' }])).json.scan_id]
    expect((await get(`/v1/scan/results?scan_ids=${ids.join(',')}`)).json).toHaveLength(2)
    expect((await get(`/v1/scan/results?scan_ids=${ids[0]}&scan_ids=${ids[1]}`)).json).toHaveLength(2)
  })
})
