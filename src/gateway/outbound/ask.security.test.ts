import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from './ask.ts'
import { Connection } from './connection.ts'

let server: Server
let asked = 0
let answer: Parameters<typeof createServer>[1] = () => undefined
beforeEach(async () => {
  asked = 0
  server = createServer((request, response) => {
    asked++
    answer?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function post(headers: Readonly<Record<string, string>> = {}, path = '/token') {
  const { port } = server.address() as AddressInfo
  const lookup = (): void => undefined
  const connect = () => new Connection({ protocol: 'http:', host: '127.0.0.1', port, lookup }, () => undefined)
  const url = new URL(`http://127.0.0.1:${port}${path}`)
  return ask({ connect, method: 'POST', url, headers, body: 'a=1', maxReplyBytes: 1000, timeoutMs: 50 })
}

describe('a token endpoint', () => {
  it('is given up when it never answers', async () => {
    answer = () => undefined
    await expect(post()).rejects.toMatchObject({ code: 'upstream_timeout' })
  })

  it('is given up when its answer never ends, though bytes keep coming', async () => {
    answer = (_request, response) => {
      response.write('{"access_token":')
      const more = setInterval(() => response.write(' '), 5)
      response.on('close', () => clearInterval(more))
    }
    await expect(post()).rejects.toMatchObject({ code: 'upstream_timeout' })
  })

  it('is cut off at the limit, and not read to its end', async () => {
    answer = (_request, response) => {
      response.write('x'.repeat(1001))
    }
    await expect(post()).rejects.toMatchObject({ code: 'upstream_reply_too_large' })
  })

  it('that speaks no HTTP is told for what it is', async () => {
    answer = (request) => request.socket.end('+OK ready\r\n')
    await expect(post()).rejects.toMatchObject({ code: 'upstream_invalid_reply' })
  })

  it('is not asked with a header that would be two', async () => {
    await expect(post({ authorization: 'Basic a\r\nx-injected: 1' })).rejects.toMatchObject({
      code: 'upstream_unauthorized',
    })
    expect(asked).toBe(0)
  })

  it('has its status and body read, whatever they are', async () => {
    answer = (request, response) => {
      response.writeHead(418).end(`${request.method} ${request.url} ${request.headers['content-length']}`)
    }
    expect(await post({}, '/a?b=c')).toEqual({ status: 418, body: 'POST /a?b=c 3' })
  })
})
