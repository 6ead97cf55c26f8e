import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openCallQuestions } from '../record/call-questions.ts'

it('a question after the end starts no thread, which nobody would end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-questions-'))
  const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
  const before = threads()
  const questions = openCallQuestions({ engine: 'sqlite', path: join(directory, 'calls.db') })
  await questions.close()
  await expect(questions.getCall('x')).rejects.toMatchObject({ code: 'record_unavailable' })
  await expect(questions.budgetUses(0)).rejects.toThrow('has been closed')
  expect(threads()).toBe(before)
  await rm(directory, { recursive: true })
})
