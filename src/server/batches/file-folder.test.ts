import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileFolder, openFileFolder } from './file-folder.ts'

let directory: string
let told: (string | undefined)[]
let folder: FileFolder
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-files-'))
  told = []
  folder = openFileFolder(join(directory, 'files'), (sentence) => told.push(sentence))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Linux has a device on which no byte has room. */
const fill = (id: string): void => symlinkSync('/dev/full', join(directory, 'files', `${id}.part`))
const full = { code: 'store_unavailable', message: 'files cannot grow: the disk is full; make room.' }

describe.runIf(process.platform === 'linux')('a full disk', () => {
  it('refuses a file with a code, leaves nothing of it behind, and takes the next one', async () => {
    fill('a')
    await expect(folder.write('a', Buffer.from('text'))).rejects.toMatchObject(full)
    expect(readdirSync(join(directory, 'files'))).toEqual([])
    await folder.write('a', Buffer.from('text'))
    expect((await folder.read('a')).toString()).toBe('text')
    expect(told).toEqual([full.message, undefined])
  })

  it('refuses a file that is written piece by piece', async () => {
    fill('b')
    const writer = await folder.writer('b')
    await expect(writer.write('a line\n')).rejects.toMatchObject(full)
    expect(readdirSync(join(directory, 'files'))).toEqual([])
  })
})
