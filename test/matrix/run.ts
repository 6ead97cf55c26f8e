import { isDeepStrictEqual } from 'node:util'
import { gate } from '../support/gate.ts'
import { startTestGateway, type TestGateway } from '../support/gateway.ts'
import { type MockProvider, type ReceivedRequest, startMockProvider } from '../support/mock-provider.ts'
import { unary } from '../support/mock-replies.ts'
import type { Case, Step } from './cases.ts'
import { dialects } from './dialects.ts'
import type { Answer, Ask, Item, MatrixClient, MatrixDialect, MatrixProvider, Read, Seen, Turn } from './neutral.ts'

export interface Cell {
  readonly client: MatrixDialect
  readonly provider: MatrixDialect
  readonly case: Case
  readonly stream: boolean
}

/** `impossible` says why. */
export type Outcome =
  /** `isNative`: the provider was spoken to in the client's own dialect, which it has beside the one of the row. */
  | { readonly kind: 'passed'; readonly isNative: boolean }
  | { readonly kind: 'failed'; readonly fault: string }
  | { readonly kind: 'impossible'; readonly reason: string }

export interface MatrixBed {
  run(cell: Cell): Promise<Outcome>
  close(): Promise<void>
}

interface RunningCell {
  readonly provider: MatrixProvider
  /** Of the client's dialect, for providers that speak both. */
  readonly native: MatrixProvider | undefined
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
      const reason = impossible(cell)
      if (reason !== undefined) return { kind: 'impossible', reason }
      const mark = `cell-${count++}`
      const { client, provider } = cell
      if (client.client === undefined || provider.provider === undefined) throw new Error('not in the matrix')
      const state: RunningCell = {
        cell,
        provider: provider.provider,
        native: client.provider,
        isNative: false,
        seen: [],
        arrived: gate<ReceivedRequest>(),
      }
      running.set(mark, state)
      try {
        await runCell(gateway, client.client, state, mark)
        return { kind: 'passed', isNative: state.isNative }
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

function impossible({ client, provider, case: { id, streamOnly }, stream }: Cell): string | undefined {
  if (streamOnly === true && !stream) return 'There is no stream in a reply of one piece.'
  const account = provider.provider?.accountFor?.[id]
  const byAccount =
    account?.notFor?.includes(client.id) === true
      ? `The provider that has this in ${provider.title} is spoken to in the client's own dialect.`
      : undefined
  return client.client?.cannot[id] ?? provider.provider?.cannot[id] ?? byAccount
}

function reply(state: RunningCell, request: ReceivedRequest): ReturnType<MatrixProvider['answer']> {
  const step = state.cell.case.steps[state.seen.length]
  state.seen.push(request)
  state.arrived.open(request)
  const { cell } = state
  state.isNative = !state.provider.path.test(request.path) && state.native?.path.test(request.path) === true
  const provider = spoken(state)
  if (step === undefined) return unary({ error: 'one request too many' }, { status: 596 })
  switch (step.answer) {
    case 'refuse':
      return provider.refuse(refusal)
    case 'break-off':
      return provider.breakOff('One, two', breakage)
    case 'hold':
      // Nothing is ever said: the exchange ends when the gateway goes away.
      return () => new Promise(() => undefined)
    default:
      return provider.answer(step.answer, cell.stream)
  }
}

function spoken({ provider, native, isNative }: RunningCell): MatrixProvider {
  return isNative && native !== undefined ? native : provider
}

async function runCell(gateway: TestGateway, client: MatrixClient, state: RunningCell, mark: string): Promise<void> {
  const { cell } = state
  const model = alias(cell.provider.id, cell.provider.provider?.accountFor?.[cell.case.id] ? cell.case.id : '')
  const turns: Turn[] = []
  let last: Read | undefined
  let signed: readonly string[] = []
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
      return
    }
    const got = await gateway.post(path, body)
    const request = state.seen[index]
    if (request === undefined) throw new Error(`nothing was asked; the client got ${got.status}: ${got.text}`)
    const seen = within('the provider', () => spoken(state).see(request))
    compareSeen(ask, seen, itemsOf(turns), signed)
    if (step.answer === 'refuse') {
      same('the status', got.status, 400)
      contains(
        'the error',
        within('the client', () => client.readError(got.body)),
        refusal,
      )
      return
    }
    if (got.status !== 200) throw new Error(`the client got ${got.status}: ${got.text}`)
    if (step.answer === 'break-off') {
      const { text, error } = within('the client', () => client.readBrokenStream(got.body))
      same('the text before the error', text, 'One, two')
      contains('the error', error, breakage)
      return
    }
    const read = within('the client', () => client.read(got.body, cell.stream))
    compareRead(step.answer, read, cell.case.id)
    if (step.answer.isSigned === true) signed = spoken(state).signed(step.answer)
    last = read
    turns.push({ role: 'kept', kept: read.kept, answer: step.answer })
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

/** The conversation in one row, as the provider should see it. */
function itemsOf(turns: readonly Turn[]): Item[] {
  const items: Item[] = []
  let calls = 0
  let answered = 0
  for (const turn of turns) {
    if (turn.role === 'user') {
      items.push({ kind: 'user', text: turn.text })
      if (turn.image !== undefined) items.push({ kind: 'image', data: turn.image })
      if (turn.document !== undefined) items.push({ kind: 'document', data: turn.document })
    } else if (turn.role === 'results') {
      for (const { text } of turn.results) items.push({ kind: 'result', of: answered++, text })
    } else {
      const { text, calls: made } = turn.answer
      if (text !== '') items.push({ kind: 'assistant', text })
      for (const { name, arguments: args } of made) items.push({ kind: 'call', name, arguments: args })
      calls += made.length
    }
  }
  if (answered > calls) throw new Error('more results than calls')
  return items
}

function compareSeen(ask: Ask, seen: Seen, items: readonly Item[], signed: readonly string[]): void {
  same('stream', seen.stream, ask.stream)
  same('the conversation', seen.items, items)
  same('signed thinking', seen.signed, signed)
  const { forcedTool } = ask
  // Where one tool must be called, the others need not be told.
  const isEnough = forcedTool !== undefined && seen.tools.length === 1 && seen.tools[0]?.name === forcedTool
  if (!isEnough) same('tools', seen.tools.map(shapeOf), (ask.tools ?? []).map(shapeOf))
  if (ask.system !== undefined) same('the system prompt', seen.system, ask.system)
  if (ask.forcedTool !== undefined) same('the forced tool', seen.forcedTool, ask.forcedTool)
  if (ask.schema !== undefined) same('the schema', seen.schema && core(seen.schema), core(ask.schema))
  if (ask.stop !== undefined) same('stop', seen.stop, ask.stop)
  if (seen.maxTokens !== undefined || ask.maxTokens !== 1000) same('the limit', seen.maxTokens, ask.maxTokens)
  same('thinking is wanted', seen.thinks, ask.thinks === true)
}

function shapeOf({ name, parameters }: Seen['tools'][number]): unknown {
  return { name, ...core(parameters) }
}

/** What a schema asks for, without words that only some dialects know. */
function core(schema: Seen['tools'][number]['parameters']): Record<string, unknown> {
  return { properties: schema['properties'], required: schema['required'] }
}

function compareRead(answer: Answer, read: Read, caseId: Case['id']): void {
  same('the text', read.text, answer.text)
  same('the end', read.end, answer.end)
  const plain = ({ name, arguments: args }: Answer['calls'][number]): unknown => ({ name, args })
  same('the calls', read.calls.map(plain), answer.calls.map(plain))
  if (new Set(read.calls.map(({ id }) => id)).size < read.calls.length) throw new Error('two calls have one id')
  same('reasoning', read.reasoning, answer.reasoning)
  const { cached, ...totals } = answer.usage
  same('usage', { input: read.usage.input, output: read.usage.output }, totals)
  if (caseId === 'cached-usage') same('cached tokens', read.usage.cached, cached)
}

function same(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`)
}

function contains(what: string, text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`${what}: ${JSON.stringify(text)} does not hold ${JSON.stringify(part)}`)
}

function within<Value>(who: string, read: () => Value): Value {
  try {
    return read()
  } catch (fault) {
    throw new Error(`${who} could not read it: ${String(fault)}`, { cause: fault })
  }
}
