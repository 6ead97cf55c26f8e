import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { modelFolderFault } from '../src/server/config/model-folder.ts'
import { type LocalModel, openLocalModel } from '../src/server/local-models/local-embedder.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'
import { writeTinyModel } from './support/tiny-model.ts'

let folder: string
let bed: Testbed | undefined
let model: LocalModel | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-model-'))
})
afterEach(async () => {
  await bed?.close()
  await model?.close()
  bed = undefined
  model = undefined
  await rm(folder, { recursive: true, force: true })
})

async function bedWith(semantic: Json = {}): Promise<Testbed> {
  bed = await startTestbed({
    config: { cache: { semantic: { embedder: { model: folder }, threshold: 0.9, ...semantic } } },
  })
  return bed
}

const says = (content: string): Json => ({ model: 'fast', messages: [{ role: 'user', content }] })
const stateOf = async ({ gateway }: Testbed, content: string): Promise<unknown> => {
  const { status, headers } = await gateway.post('/v1/chat/completions', says(content))
  return status === 200 ? headers['x-portcullis-cache'] : status
}
const embed = ({ gateway }: Testbed, ...texts: string[]): Promise<WireReply> =>
  post(`${gateway.controlUrl}/api/v1/embed`, { texts }, { headers: { authorization: `Bearer ${gateway.adminToken}` } })
const readiness = async ({ gateway }: Testbed): Promise<Json> => (await gateway.control('/readyz')).json

describe('a model of a folder', () => {
  it('makes the vectors of the semantic cache and of POST /api/v1/embed, and knows synonyms', async () => {
    await writeTinyModel(folder)
    const running = await bedWith()
    const { status, json } = await embed(running, 'Cancel', 'end', 'moon', 'word '.repeat(100))
    expect(status).toBe(200)
    expect(json).toMatchObject({ embedder: expect.stringMatching(/^local\/[\w.-]+@[0-9a-f]{16}$/), dimensions: 4 })
    expect(json.vectors.slice(0, 3)).toEqual([
      [1, 0, 0, 0],
      [expect.closeTo(0.995, 3), expect.closeTo(0.0995, 3), 0, 0],
      [0, 0, 1, 0],
    ])
    expect(await stateOf(running, 'cancel subscription')).toBe('miss')
    expect(await stateOf(running, 'end membership')).toBe('semantic')
    expect(await stateOf(running, 'do not end membership')).toBe('miss')
    expect(await stateOf(running, 'moon')).toBe('miss')
    expect(await readiness(running)).toMatchObject({ status: 'ok' })
  })

  it('that cannot be loaded holds up no call, is said, and is taken when it is mended', async () => {
    await writeTinyModel(folder, { onnx: Buffer.from('no model') })
    const running = await bedWith()
    const first = await embed(running, 'moon')
    expect([first.status, first.json.error.code]).toEqual([503, 'embedder_unavailable'])
    expect(await stateOf(running, 'cancel subscription')).toBe('bypass')
    const { ready, reasons } = await readiness(running)
    expect([ready, reasons]).toEqual([true, ['The local model cannot be loaded; it is tried again.']])
    await writeTinyModel(folder)
    while ((await embed(running, 'moon')).status !== 200);
    expect(await stateOf(running, 'cancel subscription')).toBe('miss')
    expect(await stateOf(running, 'end membership')).toBe('semantic')
    expect(await readiness(running)).toMatchObject({ status: 'ok' })
  })

  it('that fails on a text, or makes numbers that are none, makes it close to nothing', async () => {
    await writeTinyModel(folder)
    const running = await bedWith({ threshold: 0.5 })
    expect((await embed(running, 'moon', 'beyond')).status).toBe(503)
    expect((await embed(running, 'broken moon')).json.vectors).toEqual([[0, 0, 0, 0]])
    for (const text of ['beyond moon', 'beyond the moon', 'broken moon', 'broken moons'])
      expect(await stateOf(running, text)).not.toBe('semantic')
    expect((await embed(running, 'moon')).status).toBe(200)
  })

  it('is replaced when the configuration names another one, and no vectors are mixed', async () => {
    await writeTinyModel(folder)
    const running = await bedWith()
    const before = (await embed(running, 'moon')).json.embedder
    expect(await stateOf(running, 'cancel subscription')).toBe('miss')
    const other = join(folder, 'other')
    await writeTinyModel(other)
    const { configPath, configure } = running.gateway
    const config = parse(await readFile(configPath, 'utf8'))
    config.cache.semantic.embedder = { model: other, pooling: 'cls' }
    await configure(config)
    for (;;) {
      const { status, json } = await embed(running, 'cancel moon')
      if (status === 200 && json.embedder !== before) {
        // The first word alone.
        expect(json.vectors).toEqual([[1, 0, 0, 0]])
        break
      }
    }
    expect(await stateOf(running, 'end membership')).toBe('miss')
  })

  it('has a bounded queue: texts beyond it are refused at once, the others get their vectors', async () => {
    await writeTinyModel(folder)
    model = openLocalModel({ folder }, { tell: () => undefined, warn: () => undefined })
    const { embed: ask } = model
    await ask(['moon'])
    const all = await Promise.allSettled(Array.from({ length: 200 }, () => ask(['moon'])))
    const refused = all.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(135)
    expect(refused[0]).toMatchObject({ reason: { code: 'embedder_unavailable' } })
  })

  it('that is closed while texts wait leaves nobody waiting', async () => {
    await writeTinyModel(folder)
    model = openLocalModel({ folder }, { tell: () => undefined, warn: () => undefined })
    const pending = Promise.allSettled(Array.from({ length: 20 }, () => model?.embed(['moon'])))
    await model.close()
    expect((await pending).map(({ status }) => status)).toEqual(Array(20).fill('rejected'))
  })
})

describe('a configuration with a model of a folder', () => {
  it.each([
    ['no folder', async () => rm(folder, { recursive: true }), 'There is no folder'],
    ['no files', async () => undefined, 'lacks config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx'],
  ])('is refused where there is %s', async (_what, prepare, text) => {
    await prepare()
    await expect(bedWith()).rejects.toThrow(text)
  })

  it('is refused where the file of its precision is missing, or the package is not installed', async () => {
    await writeTinyModel(folder)
    expect(modelFolderFault({ model: folder, precision: 'q8' })).toContain('lacks onnx/model_quantized.onnx')
    expect(modelFolderFault({ model: folder }, () => false)).toContain('npm install @huggingface/transformers')
    expect(modelFolderFault({ model: folder })).toBeUndefined()
  })

  it('has no calibrated threshold', async () => {
    await writeTinyModel(folder)
    await expect(bedWith({ threshold: 'calibrated' })).rejects.toThrow(
      '`calibrated` is known for the embedder `lexical` only',
    )
  })
})
