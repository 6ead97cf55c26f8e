import { createClient } from '@redis/client'

export const redisUrl = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** A client of the Redis that service tests use, and a prefix of its own whose keys go at the end. */
export async function openTestRedis() {
  const client = createClient({ url: redisUrl, socket: { reconnectStrategy: false } })
  client.on('error', () => undefined)
  await client.connect()
  const prefix = `portcullis-test:${process.pid}:${Date.now()}:`
  const keys = async (): Promise<string[]> => {
    const found: string[] = []
    for await (const some of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) found.push(...some)
    return found
  }
  return {
    client,
    prefix,
    keys,
    async close() {
      const left = await keys()
      if (left.length > 0) await client.unlink(left)
      await client.close()
    },
  }
}
