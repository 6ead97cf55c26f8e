import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startChildGateway } from './support/child-gateway.ts'
import { type Json, post } from './support/client.ts'
import { type MailMock, startMailMock, startWebhookMock, type WebhookMock } from './support/receivers.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'whsec_c2VjcmV0LW9mLXRoZS1hbGVydHM='
const redKey = 'pk-test-red-0123456789abcdefghijklmnop'
const blueKey = 'pk-test-blue-0123456789abcdefghijklmnop'
const messages = [{ role: 'user', content: 'Who goes there?' }]

let bed: Testbed
let hook: WebhookMock
let redHook: WebhookMock
let slack: WebhookMock
let mail: MailMock
beforeAll(async () => {
  ;[hook, redHook, slack, mail] = await Promise.all([
    startWebhookMock(),
    startWebhookMock(),
    startWebhookMock(),
    startMailMock(),
  ])
  const allowPrivateNetwork = true
  bed = await startTestbed({
    config: {
      alerts: {
        receivers: [
          // A forecast comes or does not, by the time of day.
          { id: 'ops', webhook: { url: hook.url, secret }, kinds: ['budget-thresh*'], allowPrivateNetwork },
          { id: 'red', webhook: { url: redHook.url }, workspaces: ['red'], allowPrivateNetwork },
          { id: 'chat', slack: { url: slack.url }, kinds: ['budget-threshold'], allowPrivateNetwork },
          {
            id: 'mail',
            email: {
              host: '127.0.0.1',
              port: mail.port,
              tls: 'none',
              from: 'gateway@example.com',
              to: ['ops@example.com', 'boss@example.com'],
            },
            kinds: ['budget-threshold'],
            allowPrivateNetwork,
          },
        ],
      },
      budgets: [
        {
          id: 'teams',
          match: { workspaces: ['blue'] },
          groupBy: ['metadata.team'],
          requests: 2,
          per: 'day',
          alertAt: [100],
        },
      ],
    },
    keys: [
      {
        id: 'red-key',
        key: redKey,
        workspace: 'red',
        limits: [{ requests: 4, per: 'day', alertAt: [50, 100] }],
      },
      { id: 'blue-key', key: blueKey, workspace: 'blue' },
    ],
  })
})
afterAll(async () => {
  await bed.close()
  await Promise.all([hook.close(), redHook.close(), slack.close(), mail.close()])
})

const ask = (key: string, metadata?: object) =>
  post(
    `${bed.gateway.url}/v1/chat/completions`,
    { model: 'fast', messages, ...(metadata === undefined ? {} : { metadata }) },
    { headers: { authorization: `Bearer ${key}` } },
  )
const control = (path: string, body?: object, token = bed.gateway.adminToken) =>
  post(bed.gateway.controlUrl + path, body, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
const alertsOf = async (query = ''): Promise<readonly Json[]> => (await control(`/api/v1/alerts${query}`)).json.data

describe('a budget that passes a threshold', () => {
  it('is told of once, signed, to who wants to hear it', async () => {
    for (let index = 0; index < 2; index++) expect((await ask(redKey)).status).toBe(200)
    await hook.until(1)
    const [first] = hook.taken
    const body = JSON.parse(first?.body ?? '')
    expect(body).toMatchObject({
      type: 'budget-threshold',
      data: {
        workspace: 'red',
        subject: 'red-key',
        summary: 'The key "red-key" has used 50 % of 4 requests per day.',
        details: { key: 'red-key', measure: 'requests', amount: 4, used: 2, left: 2, threshold: 50 },
      },
    })
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = first?.headers ?? {}
    expect(id).toBe(body.id)
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${time}.${first?.body}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
    await Promise.all([redHook.until(1), slack.until(1)])
    expect(JSON.parse(slack.taken[0]?.body ?? '').text).toContain('has used 50 % of 4 requests per day.')
    while (mail.mails.length < 1) await ask(blueKey, { team: 'nobody' })
    expect(mail.mails[0]?.to).toEqual(['ops@example.com', 'boss@example.com'])
    expect(mail.mails[0]?.message).toMatch(/^The key "red-key" has used 50 % of 4 requests per day\.$/m)
    expect(mail.mails[0]?.message).toMatch(/^Subject: .*portcullis.*red-key/m)
    expect(mail.mails[0]?.message).toMatch(/^amount: 4 requests\r?\nused: 2 requests\r?\nleft: 2 requests\r?$/m)
    expect(mail.mails[0]?.message).toMatch(/^threshold: 50 %/m)
  })

  it('is told of again at the next threshold, and when calls are refused for it', async () => {
    while ((await ask(redKey)).status !== 429);
    const isWhole = ({ details }: Json) => details.threshold === 100 && details.key === 'red-key'
    let found: readonly Json[] = []
    while (!found.some(isWhole)) found = await alertsOf()
    // In the first hours of a day the budget is forecast to end before it, too.
    const thresholds = found.filter(({ kind, details }) => kind === 'budget-threshold' && details.key === 'red-key')
    expect(thresholds).toHaveLength(2)
  })

  it('is told of for each group, with what a caller wrote as text', async () => {
    const team = 'a\r\nBcc: all@example.com <!channel>'
    while ((await ask(blueKey, { team })).status !== 429);
    const isOfGroup = ({ subject, details }: Json) => subject === 'teams' && String(details.group).includes('Bcc')
    let found: readonly Json[] = []
    while (!found.some(isOfGroup)) found = await alertsOf()
    let mailed: string | undefined
    while (mailed === undefined) {
      await alertsOf()
      mailed = mail.mails.find(({ message }) => message.includes('Bcc'))?.message
    }
    expect(mailed).not.toMatch(/^Bcc:/im)
    const unnamed = ({ summary }: Json) =>
      summary === 'The budget "teams" for calls without metadata.team has used 100 % of 2 requests per day.'
    while ((await ask(blueKey)).status !== 429);
    while (!found.some(unnamed)) found = await alertsOf()
    expect(slack.taken.map(({ body }) => body).join()).not.toContain('<!channel>')
  })

  it('does not reach receivers of other workspaces', () => {
    const workspaces = redHook.taken.map(({ body }) => JSON.parse(body).data.workspace)
    expect(new Set(workspaces)).toEqual(new Set(['red']))
  })
})

describe('the list of alerts', () => {
  it('says who has taken each', async () => {
    const isOfRed = ({ details }: Json) => details.threshold === 50
    const deliveriesOf = async () => (await alertsOf()).find(isOfRed)?.deliveries as readonly Json[]
    let deliveries = await deliveriesOf()
    while (deliveries.some(({ state }) => state !== 'sent')) deliveries = await deliveriesOf()
    expect(deliveries.map(({ receiver, attempts }) => [receiver, attempts])).toEqual([
      ['chat', 1],
      ['mail', 1],
      ['ops', 1],
      ['red', 1],
    ])
  })

  it('shows a management key its own workspace alone', async () => {
    const made = await control('/api/v1/management-keys', { id: 'eva', owner: 'Eva', workspace: 'blue', role: 'admin' })
    const { data } = (await control('/api/v1/alerts', undefined, made.json.key)).json
    expect(data).toEqual([])
    expect((await control('/api/v1/alerts?workspace=red', undefined, made.json.key)).status).toBe(403)
    expect((await control('/api/v1/alerts/test', { receiver: 'ops' }, made.json.key)).status).toBe(403)
  })

  it('is read in pages', async () => {
    const all = await alertsOf()
    const [first] = await alertsOf('?limit=1')
    const rest = await alertsOf(`?before=${first.id}`)
    expect([first, ...rest].map(({ id }) => id)).toEqual(all.map(({ id }) => id))
  })
})

describe('a receiver', () => {
  it('is tested, and says what is wrong without its own words', async () => {
    const before = hook.taken.length
    expect((await control('/api/v1/alerts/test', { receiver: 'ops' })).status).toBe(204)
    expect(JSON.parse(hook.taken[before]?.body ?? '')).toMatchObject({ type: 'test' })
    hook.answer(500)
    const failed = await control('/api/v1/alerts/test', { receiver: 'ops' })
    expect([failed.status, failed.json.error.code]).toEqual([502, 'alert_undelivered'])
    hook.answer(302, { location: redHook.url })
    const count = redHook.taken.length
    expect((await control('/api/v1/alerts/test', { receiver: 'ops' })).status).toBe(502)
    expect(redHook.taken).toHaveLength(count)
    hook.answer(204)
    mail.refuse()
    const refused = await control('/api/v1/alerts/test', { receiver: 'mail' })
    expect(refused.status).toBe(502)
    expect(refused.text).not.toContain('secret word')
    expect((await control('/api/v1/alerts/test', { receiver: 'nobody' })).status).toBe(404)
  })
})

it('budgets say when they end at their pace, and at which parts somebody is told', async () => {
  const { data } = (await control('/api/v1/budgets?key=red-key')).json
  expect(data[0]).toMatchObject({ alertAt: [50, 100] })
  expect(data[0].forecast === null || Date.parse(data[0].forecast.endsAt) > 0).toBe(true)
})

it('an alert whose receiver was away is sent by the next start, though the gateway was killed', async () => {
  const away = await startWebhookMock()
  away.answer(503)
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-test-'))
  const configPath = join(directory, 'portcullis.yaml')
  const config = {
    keys: [{ id: 'limited', key: redKey, limits: [{ requests: 2, per: 'day', alertAt: [50] }] }],
    alerts: {
      receivers: [{ id: 'ops', webhook: { url: away.url }, kinds: ['budget-threshold'], allowPrivateNetwork: true }],
    },
  }
  await writeFile(configPath, stringify(config))
  const start = () =>
    startChildGateway({ dataDirectory: join(directory, 'data'), args: ['--config', configPath, '--workers', '2'] })
  let gateway = await start()
  try {
    const headers = { authorization: `Bearer ${redKey}` }
    await post(`${gateway.url}/v1/chat/completions`, { model: 'demo/echo', messages }, { headers })
    await away.until(1)
    gateway.process.kill('SIGKILL')
    await gateway.exited
    away.answer(204)
    gateway = await start()
    await away.until(2)
    const ids = away.taken.map(({ headers: { 'webhook-id': id } }) => id)
    expect(new Set(ids).size).toBe(1)
  } finally {
    gateway.process.kill('SIGTERM')
    await gateway.exited
    await away.close()
    await rm(directory, { recursive: true, force: true })
  }
}, 60_000)
