import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchFile } from './scratch-file.ts'

it('gives back what it was given, and can be found by nobody else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-scratch-'))
  try {
    const file = scratchFile(directory)
    const bytes = Buffer.alloc(200_000, 'abcdefg')
    await file.append([bytes.subarray(0, 10), bytes.subarray(10, 150_000)])
    await file.append([bytes.subarray(150_000)])
    expect([file.bytes, await readdir(directory)]).toEqual([bytes.length, []])
    for (let round = 0; round < 2; round++) {
      const read: Buffer[] = []
      for (let at = 0; at < file.bytes; at += read.at(-1)?.length ?? 0) read.push(await file.read(at))
      expect(Buffer.concat(read).equals(bytes)).toBe(true)
    }
    await expect(file.read(bytes.length)).rejects.toThrow()
    file.close()
    await expect(file.read(0)).rejects.toThrow()
    await expect(scratchFile(join(directory, 'missing')).append([bytes])).rejects.toThrow()
  } finally {
    await rm(directory, { recursive: true })
  }
})
