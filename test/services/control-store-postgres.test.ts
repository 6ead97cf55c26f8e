import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openControlStore } from '../../src/server/control-records/open-control.ts'
import { describeControlStore } from '../control-store/contract.ts'
import { openTestSchema } from './postgres.ts'

describeControlStore('PostgreSQL', async () => {
  const schema = await openTestSchema()
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-control-'))
  let count = 0
  return {
    async open() {
      const dataDirectory = join(folder, String(count++))
      await mkdir(dataDirectory)
      return await openControlStore({
        dataDirectory,
        environment: { DATABASE_URL: schema.url },
        log: (message) => process.stderr.write(`${message}\n`),
      })
    },
    run: async (sql) => void (await schema.session.query(sql)),
    async remove() {
      await schema.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
})
