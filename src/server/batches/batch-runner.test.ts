import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqliteBatchStore } from '../../catalog/stores/sqlite/batch-store.ts'
import type { Batch, BatchStore } from '../../core/calls/batch.ts'
import { createBatchRunner } from './batch-runner.ts'
import { type FileFolder, openFileFolder } from './file-folder.ts'
import type { MemoryReply } from './memory-exchange.ts'

let directory: string
let store: BatchStore
let folder: FileFolder
let clock = 1_000_000
let calls: string[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-runner-'))
  store = openSqliteBatchStore(join(directory, 'batches.db'))
  folder = openFileFolder(join(directory, 'files'))
  clock = 1_000_000
  calls = []
})
afterEach(async () => {
  store.close()
  await rm(directory, { recursive: true })
})

const batch: Batch = {
  id: 'batch_1',
  dialect: 'openai',
  workspace: 'w',
  key: 'k',
  endpoint: '/v1/x',
  inputFile: 'file-in',
  completionWindow: '24h',
  status: 'validating',
  times: { validating: 1 },
  expiresAt: 2_000_000,
  counts: { total: 0, completed: 0, failed: 0 },
}
const line = (customId: string) =>
  JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/x', body: { say: customId } })
const reply = (status: number): MemoryReply => ({ status, headers: {}, body: Buffer.from('{"a":1}') })

function runner(
  answer: (body: string) => Promise<MemoryReply>,
  holder = 'me',
  faulty: { readonly store?: BatchStore; readonly folder?: FileFolder; readonly faults?: unknown[] } = {},
) {
  let files = 0
  return createBatchRunner({
    store,
    folder,
    ...faulty,
    holder,
    maxConcurrentLines: 2,
    now: () => clock,
    retryDelayMs: () => 0,
    call(_batch, body) {
      calls.push(body.toString())
      const { promise, reject, resolve } = Promise.withResolvers<MemoryReply>()
      answer(body.toString()).then(resolve, reject)
      return { exchange: undefined as never, reply: promise, abandon: () => reject(new Error('cut')) }
    },
    spentBy: () => ({ usage: { inputTokens: 2, cachedInputTokens: 1, outputTokens: 3 }, model: 'm' }),
    newFileId: () => `file-${holder}-${files++}`,
    log(fault) {
      if (faulty.faults === undefined) throw fault
      faulty.faults.push(fault)
    },
  })
}

async function over(): Promise<Batch> {
  for (;;) {
    const found = store.batch('w', 'batch_1')
    if (found !== undefined && ['completed', 'failed', 'expired', 'cancelled'].includes(found.status)) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const textOf = async (id: string | undefined) => (id === undefined ? '' : (await folder.read(id)).toString())

it('tries a line again that failed for a while, and gives up in the end', async () => {
  await folder.write('file-in', Buffer.from([line('flaky'), line('down'), line('well')].join('\n')))
  store.addBatch(batch)
  let flaky = 0
  const running = runner(async (body) => {
    if (body.includes('down')) return reply(503)
    return reply(body.includes('flaky') && ++flaky < 3 ? 429 : 200)
  })
  running.wake()
  const done = await over()
  expect(done.counts).toEqual({ total: 3, completed: 2, failed: 1 })
  expect(await textOf(done.errorFile)).toContain('"custom_id":"down","response":{"status_code":503')
  expect(calls.filter((body) => body.includes('down'))).toHaveLength(4)
  await running.close()
})

it('sums up what its lines used once each, also where a line ends twice or another process comes after', async () => {
  await folder.write('file-in', Buffer.from([line('a'), line('b'), line('refused')].join('\n')))
  store.addBatch(batch)
  const first = runner(async (body) => (body.includes('"a"') ? reply(200) : new Promise(() => undefined)))
  first.wake()
  while (store.batch('w', 'batch_1')?.counts.completed !== 1) await new Promise((resolve) => setImmediate(resolve))
  await first.close()
  store.close()
  store = openSqliteBatchStore(join(directory, 'batches.db'))
  const used = { inputTokens: 2, cachedInputTokens: 1, outputTokens: 3, reasoningTokens: 0 }
  expect(store.batch('w', 'batch_1')).toMatchObject({ usage: used, model: 'm' })
  const again = { batch, line: { number: 1, start: 0, length: 1 }, attempts: 0 }
  store.finishLine(again, { isError: false, text: '{}', spent: { usage: used, model: 'other' } })
  expect(store.batch('w', 'batch_1')).toMatchObject({ usage: used, model: 'm' })
  const second = runner(async (body) => reply(body.includes('refused') ? 400 : 200), 'second')
  second.wake()
  const usage = { inputTokens: 4, cachedInputTokens: 2, outputTokens: 6, reasoningTokens: 0 }
  expect(await over()).toMatchObject({ usage, model: 'm', counts: { completed: 2, failed: 1 } })
  await second.close()
})

it('waits for a limit of its caller as long as that says, which counts as no try, and holds up no other batch', async () => {
  const expiresAt = 1e12
  await folder.write('file-in', Buffer.from(Array.from({ length: 20 }, (_, index) => line(`mine-${index}`)).join('\n')))
  await folder.write('file-other', Buffer.from(line('other')))
  store.addBatch({ ...batch, expiresAt })
  store.addBatch({ ...batch, id: 'batch_2', expiresAt, inputFile: 'file-other', times: { validating: 2 } })
  const used = new Map<number, number>()
  const running = runner(async (body) => {
    const minute = Math.floor(clock / 60_000)
    const count = used.get(minute) ?? 0
    if (body.includes('other')) return reply(200)
    used.set(minute, count + 1)
    const wait = Math.ceil(((minute + 1) * 60_000 - clock) / 1000)
    const headers = { 'x-portcullis-error': 'rate_limited', 'retry-after': `${wait}` }
    return count < 3 ? reply(200) : { ...reply(429), headers }
  })
  while (store.batch('w', 'batch_1')?.status !== 'completed') {
    clock += 1000
    running.wake()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(store.batch('w', 'batch_1')?.counts).toEqual({ total: 20, completed: 20, failed: 0 })
  expect(calls.findIndex((body) => body.includes('other'))).toBeLessThan(10)
  await running.close()
})

it('waits for no budget that is there again only when the batch is over', async () => {
  await folder.write('file-in', Buffer.from(line('a')))
  store.addBatch(batch)
  const headers = { 'x-portcullis-error': 'budget_exceeded', 'retry-after': '999999' }
  const running = runner(async () => ({ ...reply(429), headers }))
  running.wake()
  expect((await over()).counts).toEqual({ total: 1, completed: 0, failed: 1 })
  expect(calls).toHaveLength(1)
  await running.close()
})

it('never runs more lines at once than it may', async () => {
  await folder.write('file-in', Buffer.from(Array.from({ length: 50 }, (_, index) => line(`l${index}`)).join('\n')))
  store.addBatch(batch)
  let most = 0
  let waiting: (() => void)[] = []
  // Nobody is answered before two have asked: fewer would wait for ever, and more would be counted.
  const running = runner(async () => {
    const asked = new Promise<void>((resolve) => waiting.push(resolve))
    most = Math.max(most, waiting.length)
    if (waiting.length === 2) {
      const both = waiting
      setImmediate(() => {
        most = Math.max(most, waiting.length)
        waiting = waiting.slice(2)
        for (const resolve of both) resolve()
      })
    }
    await asked
    return reply(200)
  })
  running.wake()
  expect((await over()).counts.completed).toBe(50)
  expect(most).toBe(2)
  await running.close()
})

it('lets batches take turns, so that a small one does not wait for a large one', async () => {
  await folder.write(
    'file-in',
    Buffer.from(Array.from({ length: 50 }, (_, index) => line(`large-${index}`)).join('\n')),
  )
  await folder.write('file-small', Buffer.from([line('small-1'), line('small-2')].join('\n')))
  store.addBatch(batch)
  store.addBatch({ ...batch, id: 'batch_2', inputFile: 'file-small', times: { validating: 2 } })
  const running = runner(async () => reply(200))
  running.wake()
  await over()
  expect(calls.findLastIndex((body) => body.includes('small'))).toBeLessThan(10)
  await running.close()
})

it('shares the lines with another process, each of them run once', async () => {
  await folder.write('file-in', Buffer.from(Array.from({ length: 40 }, (_, index) => line(`l${index}-`)).join('\n')))
  store.addBatch(batch)
  const slowly = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return reply(200)
  }
  const both = [runner(slowly, 'me'), runner(slowly, 'you')]
  for (const one of both) one.wake()
  const done = await over()
  expect(done.counts).toEqual({ total: 40, completed: 40, failed: 0 })
  expect(new Set(calls).size).toBe(40)
  expect(calls).toHaveLength(40)
  await Promise.all(both.map((one) => one.close()))
})

it('gives up lines that were never run when the time is over, and says so of each', async () => {
  await folder.write('file-in', Buffer.from([line('a'), line('b'), line('c')].join('\n')))
  store.addBatch(batch)
  const running = runner(async (body) => {
    clock = batch.expiresAt
    return reply(body.includes('"a"') ? 200 : 500)
  })
  running.wake()
  const done = await over()
  expect(done.status).toBe('expired')
  expect(await textOf(done.outputFile)).toContain('"custom_id":"a"')
  expect((await textOf(done.errorFile)).match(/"batch_expired"/g)).toHaveLength(2)
  await running.close()
})

it('takes over what a process held that is gone', async () => {
  await folder.write('file-in', Buffer.from([line('a'), line('b')].join('\n')))
  store.addBatch(batch)
  const gone = runner(() => new Promise(() => undefined), 'gone')
  gone.wake()
  while (calls.length < 2) await new Promise((resolve) => setImmediate(resolve))
  calls = []
  store.releaseAll()
  const running = runner(async () => reply(200))
  running.wake()
  expect((await over()).counts.completed).toBe(2)
  await Promise.all([gone.close(), running.close()])
  expect(store.batch('w', 'batch_1')?.counts.completed).toBe(2)
})

it('gives each line of a batch a result that was cancelled before it was read', async () => {
  await folder.write('file-in', Buffer.from([line('a'), line('b')].join('\n')))
  store.addBatch(batch)
  expect(store.cancelBatch('w', 'batch_1', clock)).toBe(true)
  expect(store.cancelBatch('w', 'batch_1', clock + 1)).toBe(false)
  expect(store.batch('w', 'batch_1')?.status).toBe('cancelling')
  const running = runner(async () => reply(200))
  running.wake()
  const done = await over()
  expect(done).toMatchObject({ status: 'cancelled', counts: { total: 2, completed: 0 }, times: { cancelling: clock } })
  expect((await textOf(done.errorFile)).match(/batch_cancelled/g)).toHaveLength(2)
  expect(calls).toEqual([])
  await running.close()
})

it('says of each message that there was no time for it', async () => {
  const requests = ['a', 'b'].map((id) => JSON.stringify({ custom_id: id, params: { say: id } }))
  await folder.write('file-in', Buffer.from(requests.join('\n')))
  store.addBatch({ ...batch, dialect: 'anthropic', expiresAt: clock - 1 })
  const running = runner(async () => reply(200))
  running.wake()
  const done = await over()
  expect([done.status, done.errorFile]).toEqual(['expired', undefined])
  expect(await textOf(done.outputFile)).toBe(
    ['a', 'b'].map((id) => `{"custom_id":"${id}","result":{"type":"expired"}}\n`).join(''),
  )
  await running.close()
})

it('fails a batch whose file is gone', async () => {
  store.addBatch(batch)
  const running = runner(async () => reply(200))
  running.wake()
  expect((await over()).fault).toBe('The input file is gone.')
  await running.close()
})

it('removes files whose time is over', async () => {
  await folder.write('file-old', Buffer.from('x'))
  store.addFile({ id: 'file-old', workspace: 'w', purpose: 'batch', name: 'a', bytes: 1, createdAt: 1, expiresAt: 2 })
  const running = runner(async () => reply(200))
  running.wake()
  while (store.file('w', 'file-old') !== undefined) await new Promise((resolve) => setImmediate(resolve))
  await running.close()
  await expect(folder.read('file-old')).rejects.toThrow()
})

it('keeps an answer that cannot be stored and stores it later: the line is not called again, nor is another before', async () => {
  await folder.write('file-in', Buffer.from([line('a'), line('b'), line('c')].join('\n')))
  store.addBatch(batch)
  const faults: unknown[] = []
  let isFull = true
  const full: BatchStore = {
    ...store,
    finishLine(...finished) {
      if (isFull) throw new Error('full')
      store.finishLine(...finished)
    },
  }
  const running = runner(async () => reply(200), 'me', { store: full, faults })
  running.wake()
  while (faults.length < 2 || calls.length < 2) await new Promise((resolve) => setImmediate(resolve))
  // The lease is over, and somebody looks.
  clock += 1000
  running.wake()
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(calls).toHaveLength(2)
  isFull = false
  running.wake()
  expect((await over()).counts).toEqual({ total: 3, completed: 3, failed: 0 })
  expect(calls).toHaveLength(3)
  await running.close()
})

it('tries a line again whose call could not even begin', async () => {
  await folder.write('file-in', Buffer.from(line('a')))
  store.addBatch(batch)
  const faults: unknown[] = []
  const running = runner(
    (body) => {
      if (calls.length === 1) throw new Error(body)
      return Promise.resolve(reply(200))
    },
    'me',
    { faults },
  )
  running.wake()
  expect((await over()).counts.completed).toBe(1)
  expect(faults).toHaveLength(1)
  await running.close()
})

it('leaves no first file of results behind when the second cannot be written', async () => {
  await folder.write('file-in', Buffer.from([line('good'), line('bad')].join('\n')))
  store.addBatch(batch)
  const faults: unknown[] = []
  const written: string[] = []
  const full: FileFolder = {
    ...folder,
    writer(id) {
      written.push(id)
      return written.length === 2 ? Promise.reject(new Error('full')) : folder.writer(id)
    },
  }
  const running = runner(async (body) => reply(body.includes('bad') ? 400 : 200), 'me', { folder: full, faults })
  running.wake()
  while (faults.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await expect(folder.read(written[0] ?? '')).rejects.toThrow()
  await running.close()
})

it('reads results in pages of bounded size, each line once', () => {
  store.addBatch(batch)
  const texts = ['a', 'b', 'c', 'd'].map((letter, index) => letter.repeat(index === 1 ? 5 << 20 : 1 << 20))
  const lines = texts.map((text, index) => ({
    number: index + 1,
    start: 0,
    length: 1,
    result: { isError: false, text },
  }))
  store.addLines(batch, lines)
  const pages: number[][] = []
  for (
    let page = store.results(batch, 0, 100);
    page.length > 0;
    page = store.results(batch, page.at(-1)?.number ?? 0, 100)
  )
    pages.push(page.map(({ number }) => number))
  expect(pages).toEqual([[1], [2], [3, 4]])
})
