import { expect, it } from 'vitest'
import { GatewayError } from '../../core/errors.ts'
import { detectorLog } from './detector-log.ts'

it('a detector that fails is named once a minute, without what it read', () => {
  const lines: string[] = []
  let time = 0
  const say = detectorLog(
    (line) => lines.push(line),
    () => time,
  )
  say(new TypeError('cannot read "the text"'), 'pii')
  say(new TypeError('again'), 'pii')
  say(new GatewayError('upstream_timeout', 'It took too long.'), 'webhook')
  say(new GatewayError('client_closed', 'The client left.'), 'webhook-2')
  time = 60_001
  say('odd', 'pii')
  expect(lines).toEqual([
    'the detector "pii" could not look at a text: TypeError',
    'the detector "webhook" could not look at a text: upstream_timeout',
    'the detector "pii" could not look at a text: string (1 more times before)',
  ])
})
