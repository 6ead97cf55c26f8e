import { isDeepStrictEqual } from 'node:util'
import type { WireReply } from '../support/client.ts'
import { gate } from '../support/gate.ts'
import { startTestGateway, type TestGateway } from '../support/gateway.ts'
import { type MockProvider, type MockReply, type ReceivedRequest, startMockProvider } from '../support/mock-provider.ts'
import { unary } from '../support/mock-replies.ts'
import { brokenStream, withoutGarbage } from './broken-stream.ts'
import type { Case, Fault, Step } from './cases.ts'
import { compareRead, compareSeen, contains, itemsOf, same, within } from './compare.ts'
import { dialects } from './dialects.ts'
import { answerWithout, askWithout, itemsWithout, type Lacks, withoutNotes } from './loss.ts'
import type { Answer, Ask, MatrixClient, MatrixDialect, MatrixProvider, Read, Seen, Turn } from './neutral.ts'

export interface Cell {
  readonly client: MatrixDialect
  readonly provider: MatrixDialect
  readonly case: Case
  readonly stream: boolean
}

export type Outcome =
  /** `isNative`: the provider was spoken to in the client's own dialect, which it has beside the one of the row. */
  | { readonly kind: 'passed'; readonly isNative: boolean }
  | { readonly kind: 'failed'; readonly fault: string }
  /** The client has no words to ask for it. */
  | { readonly kind: 'impossible'; readonly reason: string }
  /** `refused`: before a provider was asked. `dropped`: gone through, with the loss named. `unsaid`: the reply has no words for it. */
  | { readonly kind: 'refused' | 'dropped' | 'unsaid'; readonly reason: string }

export interface MatrixBed {
  run(cell: Cell): Promise<Outcome>
  close(): Promise<void>
}

interface RunningCell {
  readonly provider: MatrixProvider
  /** Of the client's dialect, for providers that speak both. */
  readonly native: MatrixDialect['provider'] | MatrixDialect['beside']
  isNative: boolean
  readonly cell: Cell
  readonly seen: ReceivedRequest[]
  readonly arrived: ReturnType<typeof gate<ReceivedRequest>>
}

const refusal = 'The mock will not have this.'
const breakage = 'The mock broke down.'

/** One gateway, and one mock for each dialect. A mark in what the user says tells the mock which cell a request is of. */
export async function startMatrix(): Promise<MatrixBed> {
  const running = new Map<string, RunningCell>()
  const providers = dialects.filter(({ provider }) => provider !== undefined)
  const mocks = await Promise.all(providers.map(() => startMockProvider()))
  for (const mock of mocks) {
    mock.script((request) => {
      const [mark = ''] = /cell-\d+/.exec(decodedBody(request)) ?? []
      const cell = running.get(mark)
      return cell === undefined ? unary({ error: `no cell: ${mark}` }, { status: 597 }) : reply(cell, request)
    })
  }
  const gateway = await startTestGateway({ config: config(providers, mocks) })
  let count = 0
  return {
    run: async (cell) => {
      const reason = notAskable(cell)
      if (reason !== undefined) return { kind: 'impossible', reason }
      const mark = `cell-${count++}`
      const { client, provider } = cell
      if (client.client === undefined || provider.provider === undefined) throw new Error('not in the matrix')
      const state: RunningCell = {
        cell,
        provider: provider.provider,
        native: client.provider ?? client.beside,
        isNative: false,
        seen: [],
        arrived: gate<ReceivedRequest>(),
      }
      running.set(mark, state)
      try {
        return await runCell(gateway, client.client, state, mark)
      } catch (fault) {
        return { kind: 'failed', fault: fault instanceof Error ? fault.message : String(fault) }
      } finally {
        running.delete(mark)
      }
    },
    close: async () => {
      await gateway.close()
      await Promise.all(mocks.map((mock) => mock.close()))
    },
  }
}

function decodedBody({ body }: ReceivedRequest): string {
  return body.toString('utf8')
}

function config(providers: readonly MatrixDialect[], mocks: readonly MockProvider[]): Record<string, unknown> {
  const accounts = new Map<string, Record<string, unknown>>()
  const models: Record<string, unknown> = {}
  for (const [index, { id, provider }] of providers.entries()) {
    if (provider === undefined) continue
    for (const [caseId, account] of [['', provider.account] as const, ...Object.entries(provider.accountFor ?? {})]) {
      const accountId = `${id}-${account.provider}`
      accounts.set(accountId, {
        id: accountId,
        provider: account.provider,
        baseUrl: `${mocks[index]?.origin}${provider.basePath}`,
        apiKey: 'upstream-secret-of-the-matrix',
        allowPrivateNetwork: true,
        ...(account.options === undefined ? {} : { options: account.options }),
      })
      models[alias(id, caseId)] = { target: `${accountId}/${account.model}` }
    }
  }
  return { providers: [...accounts.values()], models }
}

function alias(dialect: string, caseId: string): string {
  return caseId === '' ? `to-${dialect}` : `to-${dialect}-for-${caseId}`
}

function notAskable({ client, provider, case: { id, streamOnly }, stream }: Cell): string | undefined {
  if (streamOnly === true && !stream) return 'There is no stream in a reply of one piece.'
  const account = provider.provider?.accountFor?.[id]
  const byAccount =
    account?.notFor?.includes(client.id) === true
      ? `The provider that has this in ${provider.title} is spoken to in the client's own dialect.`
      : undefined
  return client.client?.cannot[id] ?? byAccount
}

function reply(state: RunningCell, request: ReceivedRequest): MockReply {
  const step = state.cell.case.steps[state.seen.length]
  state.seen.push(request)
  state.arrived.open(request)
  const { cell } = state
  state.isNative = !state.provider.path.test(request.path) && state.native?.path.test(request.path) === true
  const provider = spoken(state)
  if (step === undefined) return unary({ error: 'one request too many' }, { status: 596 })
  if (typeof step.answer === 'object' && 'refuse' in step.answer) {
    const { refuse, retryAfter } = step.answer
    return provider.refuse(refusal, refuse, retryAfter === undefined ? {} : { 'retry-after': retryAfter })
  }
  switch (step.answer) {
    case 'break-off':
      return provider.breakOff('One, two', breakage)
    case 'cut':
    case 'garble':
      return brokenStream(provider.breakOff('One, two', breakage), breakage, step.answer)
    case 'hold':
      // Nothing is ever said: the exchange ends when the gateway goes away.
      return () => new Promise(() => undefined)
    default:
      return provider.answer(answerSaid(state, step.answer), cell.stream)
  }
}

/** What the provider has no words for, in the dialect that it is spoken to in. */
function providerLacks({ cell, native, isNative }: RunningCell): Lacks {
  return new Set(Object.keys((isNative ? native : cell.provider.provider)?.cannot ?? {}))
}

function clientLacks({ cell }: RunningCell): Lacks {
  return new Set(Object.keys(cell.client.client?.unread ?? {}))
}

function answerSaid(state: RunningCell, answer: Answer): Answer {
  return answerWithout(answer, providerLacks(state))
}

function spoken({ provider, native, isNative }: RunningCell): MatrixProvider {
  return isNative && native !== undefined ? native : provider
}

async function runCell(gateway: TestGateway, client: MatrixClient, state: RunningCell, mark: string): Promise<Outcome> {
  const { cell } = state
  const { id } = cell.case
  const model = alias(cell.provider.id, cell.provider.provider?.accountFor?.[id] ? id : '')
  const turns: Turn[] = []
  let last: Read | undefined
  let signed: readonly string[] = []
  let loss: 'dropped' | 'unsaid' | undefined
  for (const [index, step] of cell.case.steps.entries()) {
    turns.push(...nextTurns(step, mark, last, index))
    const ask: Ask = { maxTokens: 1000, ...step.ask, model, stream: cell.stream, turns }
    const { path, body } = client.request(ask)
    if (step.answer === 'hold') {
      await gateway.leave(
        path,
        body,
        state.arrived.passed.then(() => undefined),
      )
      const outcome = await (await state.arrived.passed).ended
      same('the exchange of a client that left', outcome, 'aborted')
      break
    }
    const got = await gateway.post(path, body)
    const request = state.seen[index]
    const lacks = providerLacks(state)
    if (request === undefined) {
      const reason = cell.provider.provider?.cannot[id]
      if (reason === undefined) throw new Error(`nothing was asked; the client got ${got.status}: ${got.text}`)
      within('the client', () => client.readError(got.body))
      same('the status', got.status, 400)
      same('the code on record', (await gateway.call(got)).errorCode, got.headers['x-portcullis-error'])
      return { kind: 'refused', reason }
    }
    const seen = within('the provider', () => spoken(state).see(request))
    const isLost = await compareRequest(gateway, got, {
      ask,
      seen,
      signed,
      lacks,
      isUnsigned: clientLacks(state).has('signatures'),
    })
    if (isLost) loss = 'dropped'
    if (typeof step.answer === 'object' && 'refuse' in step.answer) {
      await compareRefusal(gateway, client, got, step.answer)
      break
    }
    if (got.status !== 200) throw new Error(`the client got ${got.status}: ${got.text}`)
    if (typeof step.answer === 'string') {
      const isSame = cell.client === cell.provider || cell.provider.provider?.verbatimFor?.includes(cell.client.id)
      const isVerbatim = state.isNative || isSame === true
      await compareBreakage(gateway, client, got, step.answer, isVerbatim)
      break
    }
    const said = answerSaid(state, step.answer)
    const read = within('the client', () => client.read(got.body, cell.stream))
    const unread = fault(() => compareRead(said, read, id))
    if (unread !== undefined) {
      if (clientLacks(state).size === 0) throw unread
      compareRead(answerWithout(said, clientLacks(state)), read, id)
      await compareRecord(gateway, got, said, id)
    }
    // A signature cannot be seen in what a client reads, only in what it sends back.
    const isUnsigned = step.answer.isSigned === true && (said.isSigned !== true || clientLacks(state).has('signatures'))
    if (unread !== undefined || isUnsigned || !isDeepStrictEqual(said, step.answer)) loss ??= 'unsaid'
    if (said.isSigned === true && !isUnsigned) signed = spoken(state).signed(said)
    // Without calls there are no results to go on with.
    if (said.calls.length < step.answer.calls.length) break
    last = read
    turns.push({ role: 'kept', kept: read.kept, answer: said })
  }
  if (loss === undefined) return { kind: 'passed', isNative: state.isNative }
  const reason = (state.isNative ? undefined : cell.provider.provider?.cannot[id]) ?? cell.client.client?.unread?.[id]
  if (reason === undefined) throw new Error(`${loss}, for no reason that is known`)
  return { kind: loss, reason }
}

interface SeenRequest {
  readonly ask: Ask
  readonly seen: Seen
  readonly signed: readonly string[]
  readonly lacks: Lacks
  readonly isUnsigned: boolean
}

/** Whether a part of the request did not reach the provider, which then has to be named. */
async function compareRequest(gateway: TestGateway, got: WireReply, request: SeenRequest): Promise<boolean> {
  const { ask, seen, signed, lacks, isUnsigned } = request
  const items = itemsOf(ask.turns)
  const comparable = isUnsigned ? { ...seen, signed: [] } : seen
  const lost = fault(() => compareSeen(ask, comparable, items, signed))
  if (lost === undefined) return false
  // Thinking without its signature cannot be gone on with everywhere.
  const all = isUnsigned && !seen.thinks ? new Set([...lacks, 'reasoning']) : lacks
  compareSeen(askWithout(ask, all), withoutNotes(comparable), itemsWithout(items, all), signed)
  const dropped = String(got.headers['x-portcullis-dropped'] ?? '')
  if (dropped === '') throw new Error(`lost without a word: ${lost.message}`)
  same('what is lost, on record', (await gateway.call(got)).droppedParameters.join(', '), dropped)
  return true
}

async function compareRefusal(
  gateway: TestGateway,
  client: MatrixClient,
  got: WireReply,
  { refuse, code, retryAfter }: Extract<Fault, { refuse: unknown }>,
): Promise<void> {
  const statuses = { request: [400], rate: [429], fault: [500], overload: [503, 529] }[refuse]
  if (!statuses.includes(got.status)) throw new Error(`the status is ${got.status}`)
  contains(
    'the error',
    within('the client', () => client.readError(got.body)),
    refusal,
  )
  same('Retry-After', got.headers['retry-after'], retryAfter)
  same('the code', got.headers['x-portcullis-error'], code)
  same('the code on record', (await gateway.call(got)).errorCode, code)
}

async function compareBreakage(
  gateway: TestGateway,
  client: MatrixClient,
  got: WireReply,
  how: 'break-off' | 'cut' | 'garble',
  isVerbatim: boolean,
): Promise<void> {
  // In its own dialect a client gets what was said, as it was said.
  const body = isVerbatim ? withoutGarbage(got.body) : got.body
  const { text, error } = within('the client', () => client.readBrokenStream(body))
  same('the text before the error', text, 'One, two')
  contains('the error', error, how === 'break-off' ? breakage : '')
  const codes = {
    'break-off': /^upstream_/,
    cut: /^upstream_reset$/,
    garble: isVerbatim ? /^upstream_/ : /^upstream_invalid_reply$/,
  }
  const { errorCode } = await gateway.call(got)
  if (!codes[how].test(errorCode)) throw new Error(`the code on record is ${errorCode}`)
}

/** What a client's dialect cannot tell it, the record tells. */
async function compareRecord(gateway: TestGateway, got: WireReply, answer: Answer, id: Case['id']): Promise<void> {
  const record = await gateway.call(got)
  if (id === 'cached-usage') same('cached tokens on record', record.cachedInputTokens, answer.usage.cached)
  if (id !== 'refusal') return
  const isTold = /refusal|content-filter/.test(`${record.finishReason} ${JSON.stringify(record.output)}`)
  same('a refusal on record', isTold, true)
}

function fault(work: () => void): Error | undefined {
  try {
    work()
    return undefined
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  }
}

function nextTurns(step: Step, mark: string, last: Read | undefined, index: number): Turn[] {
  if (step.user !== undefined) return [{ role: 'user', ...step.user, text: `${mark}:${index} ${step.user.text}` }]
  return [
    {
      role: 'results',
      results: (step.results ?? []).map((text, place) => {
        const call = last?.calls[place]
        if (call === undefined) throw new Error(`there is no call number ${place}`)
        return { call, text }
      }),
    },
  ]
}
