import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { readAfterWriteFault } from './read-after-write-fault.ts'

/** Answers without having read, and closes, which resets the connection, when told to. In a thread, so that it acts while this one stands still. */
const server = `
const { parentPort, workerData } = require('node:worker_threads')
const done = new Int32Array(workerData)
const server = require('node:net').createServer({ pauseOnConnect: true }, (socket) => {
  socket.on('error', () => undefined)
  socket.on('close', () => { Atomics.store(done, 0, 1); Atomics.notify(done, 0) })
  parentPort.once('message', () => socket.write('the answer', () => socket.destroy()))
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

test('what the server said before it reset the connection is read although a write failed first', async () => {
  const shared = new SharedArrayBuffer(4)
  const worker = new Worker(server, { eval: true, workerData: shared })
  const [port] = await once(worker, 'message')
  let heard = ''
  const buffer = Buffer.alloc(1024)
  const callback = (size: number): boolean => {
    heard += buffer.toString('latin1', 0, size)
    return true
  }
  const socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback } })
  readAfterWriteFault(socket)
  const faults: unknown[] = []
  socket.on('error', (fault) => faults.push(fault))
  const closed = new Promise((resolve) => socket.on('close', resolve))
  await once(socket, 'connect')
  await new Promise((resolve) => socket.write('a request', resolve))
  worker.postMessage('answer')
  Atomics.wait(new Int32Array(shared), 0, 0)
  // Fails at once, before anything is read: the reset is there already.
  socket.write('the rest of the request')
  await closed
  expect(heard).toBe('the answer')
  expect(faults).toHaveLength(1)
  await worker.terminate()
})
