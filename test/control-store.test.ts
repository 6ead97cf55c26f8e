import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openControlFile } from '../src/server/control-records/open-control.ts'
import { describeControlStore } from './control-store/contract.ts'

describeControlStore('control.db', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-control-'))
  const path = join(folder, 'control.db')
  return {
    open: async () => openControlFile(path),
    async run(sql) {
      const database = new DatabaseSync(path, { timeout: 1000 })
      database.exec(sql)
      database.close()
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
})
