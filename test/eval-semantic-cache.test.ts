import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyModel } from './support/tiny-model.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-eval-'))
  const topics = ['cancel subscription', 'moon', 'end membership']
  const rows = topics.flatMap((words, intent) => [`Please ${words},intent_${intent}`, `${words} now,intent_${intent}`])
  await writeFile(join(folder, 'data.csv'), `text,category\n${rows.join('\n')}\n`)
  await writeTinyModel(join(folder, 'model'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const evaluated = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['bench/eval-semantic-cache.ts', '--data', join(folder, 'data.csv'), ...args])

it('the evaluation of the semantic cache measures a model of a folder too', async () => {
  // Most words are unknown to so small a model, so that other questions are close to each other whatever the threshold.
  await expect(evaluated('--embedder', join(folder, 'model'))).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('false hits with the embedder local/model'),
  })
})

it('and says what is wrong with an embedder that there is not', async () => {
  await expect(evaluated('--embedder', 'nobody/model')).rejects.toMatchObject({
    stderr: expect.stringContaining('`account/model` with the id of a provider account'),
  })
})
