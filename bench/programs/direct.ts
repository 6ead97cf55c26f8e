import { start } from '../processes.ts'
import type { Program } from '../program.ts'

/** No gateway: what the load generator and the mock can do by themselves. */
export const direct: Program = {
  id: 'direct',
  title: 'the mock itself',
  start: async ({ mockPort, cores }) => ({
    started: start(['sleep', '1000000'], { cores }),
    port: mockPort,
    headers: {},
  }),
}
