import { expect, it } from 'vitest'
import { batchResources } from './batches/batch-resources.ts'
import { fileResources } from './batches/file-resources.ts'
import { messageBatchResources } from './batches/message-batch-resources.ts'
import { uploadResources } from './batches/upload-resources.ts'
import { conversationResources } from './conversations/conversation-resources.ts'
import { clientSecretResources } from './realtime/client-secret-resources.ts'
import { scanResources } from './scan/scan-resources.ts'
import { resourcePaths } from './unmatched-keys.ts'

it('keys can be bound to each path of what the gateway keeps without a warning', () => {
  // What they keep is not looked at before somebody asks.
  const nothing = {} as never
  const paths = [
    ...[batchResources, fileResources, messageBatchResources, uploadResources].flatMap((resources) =>
      resources(nothing).map(([path]) => path),
    ),
    ...[conversationResources(nothing), clientSecretResources(Date.now)].flatMap(({ paths: all, find }) =>
      all.flatMap((path) => find(path)?.item.path ?? []),
    ),
    ...scanResources(nothing).map(([, { path }]) => path),
  ]
  expect([...new Set(paths)].sort()).toEqual([...resourcePaths].sort())
})
