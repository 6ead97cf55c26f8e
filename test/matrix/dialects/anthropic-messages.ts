import type { Json } from '../../support/client.ts'
import { stream, unary } from '../../support/mock-replies.ts'
import {
  begunMessage,
  joinedMessage,
  message,
  messageEvents,
  messagesBody,
  readBrokenMessage,
  readMessage,
  readMessageError,
  refuseMessage,
  seeMessages,
  signedThinking,
} from '../anthropic-wire.ts'
import type { MatrixClient, MatrixDialect, MatrixProvider } from '../neutral.ts'
import { namedEvents, readNamedEvents } from '../wire.ts'

/** How replies are read, wherever they come from. */
export const messagesReader: Omit<MatrixClient, 'request'> = {
  read: (body, isStream) => readMessage(isStream ? joinedMessage(readNamedEvents(body)) : JSON.parse(body.toString())),
  readError: readMessageError,
  readBrokenStream: (body) => readBrokenMessage(readNamedEvents(body)),
}

/** How they are written. */
export const messagesWriter: Omit<MatrixProvider, 'path' | 'see'> = {
  answer: (answer, isStream) => (isStream ? stream(namedEvents(messageEvents(answer))) : unary(message(answer))),
  refuse: refuseMessage,
  breakOff: (text, fault) =>
    stream(
      namedEvents([...begunMessage(text), { type: 'error', error: { type: 'overloaded_error', message: fault } }]),
    ),
  signed: signedThinking,
}

/** Anthropic Messages: https://docs.anthropic.com/en/api/messages */
export const anthropicMessages: MatrixDialect = {
  id: 'anthropic-messages',
  title: 'Anthropic Messages',
  client: {
    cannot: {},
    request: (ask) => ({ path: '/v1/messages', body: messagesBody(ask) }),
    ...messagesReader,
  },
  provider: {
    cannot: {},
    path: /\/messages$/,
    basePath: '',
    account: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
    see: ({ json }) => seeMessages(json as Json),
    ...messagesWriter,
  },
}
