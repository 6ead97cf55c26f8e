import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

describe('portcullis privacy', () => {
  it('places, lists and releases holds, and erases what is not held', async () => {
    const placed = await bed.control('privacy', 'hold', '--user', 'anna', '--reason', 'Case 7')
    expect(placed).toMatchObject({ code: 0, stderr: '' })
    const id = placed.stdout.trim()
    const listed = await bed.control('privacy', 'holds')
    expect(listed.stdout).toMatch(
      new RegExp(`^ID +WORKSPACE.*\\n${id} +default +anna +any +any +\\d{4}-\\d\\d-\\d\\d +Case 7\\n$`),
    )
    expect(JSON.parse((await bed.control('privacy', 'holds', '--json')).stdout)).toMatchObject({ id, key: null })
    expect((await bed.control('privacy', 'release', id)).stdout).toBe(`The hold ${id} is released.\n`)
    const erased = await bed.control('privacy', 'erase', '--user', 'anna')
    expect(erased.code).toBe(0)
    expect(JSON.parse(erased.stdout)).toMatchObject({ workspace: 'default', user: 'anna', calls: 0, held: 0 })
  })

  it('says in a sentence what is wrong', async () => {
    for (const [wrong, code] of [
      [['erase'], 2],
      [['hold'], 2],
      [['release'], 2],
      [['forget'], 2],
      [['erase', 'anna'], 2],
      [['release', 'nobody'], 1],
    ] as const) {
      const refused = await bed.control('privacy', ...wrong)
      expect(refused).toMatchObject({ code, stdout: '' })
      expect(refused.stderr).toMatch(sentence)
    }
  })
})
