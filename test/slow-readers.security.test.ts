import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Json } from './support/client.ts'
import { field, fileStart, formEnd, formType, startUploadBed, upload } from './support/upload-bed.ts'

it('a reader of a file that stops is cut off when the time for a call is over, and is on record', async () => {
  const bed = await startUploadBed()
  const { gateway } = bed
  const content = Buffer.alloc(30_000_000, '{"a":1}\n')
  const sent = upload(bed, '/v1/files', formType)
  sent.end(Buffer.concat([field('purpose', 'batch'), fileStart(), content, formEnd]))
  const file: Json = JSON.parse((await sent.reply).text)
  const config = parse(await readFile(gateway.configPath, 'utf8'))
  const models = { ...config.models, reloaded: { target: 'main/whisper-1' } }
  await gateway.configure({ ...config, models, limits: { deadlineMs: 200 } })
  while (!(await gateway.get('/v1/models')).text.includes('reloaded'));
  const reading = await gateway.stream(`/v1/files/${file.id}/content`, undefined, { method: 'GET' })
  reading.pause()
  const [call] = await gateway.callsUntil((calls) => calls[0]?.errorCode === 'deadline_exceeded')
  expect(call).toMatchObject({ errorCode: 'deadline_exceeded' })
  reading.resume()
  await expect(reading.whole()).rejects.toThrow()
  await bed.close()
})
