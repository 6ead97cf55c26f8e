import { awsEventStream } from '../../../src/core/wire/aws-event-stream.ts'
import { binary, binaryStream, payload } from '../../support/bedrock.ts'
import type { Json } from '../../support/client.ts'
import { unary } from '../../support/mock-replies.ts'
import {
  begunMessage,
  joinedMessage,
  message,
  messageEvents,
  messagesBody,
  readMessage,
  seeMessages,
  signedThinking,
} from '../anthropic-wire.ts'
import { same } from '../compare.ts'
import { type MatrixDialect, need } from '../neutral.ts'
import { brokenEvent, refuse } from './bedrock-converse.ts'

const version = 'bedrock-2023-05-31'

/** Claude at InvokeModel: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html */
export const bedrockInvoke: MatrixDialect = {
  id: 'bedrock-invoke',
  title: 'Bedrock InvokeModel',
  client: {
    cannot: {},
    request: (ask) => {
      const { model, stream: _, ...body } = messagesBody(ask)
      return {
        path: `/model/${model}/${ask.stream ? 'invoke-with-response-stream' : 'invoke'}`,
        body: { ...body, anthropic_version: version },
      }
    },
    read: (body, isStream) =>
      readMessage(isStream ? joinedMessage(eventsOf(body).map(({ said }) => said)) : JSON.parse(body.toString())),
    readError: (body) => need(JSON.parse(body.toString()).message, 'message'),
    readBrokenStream: (body) => {
      const events = eventsOf(body)
      return {
        text: events.map(({ said }) => said.delta?.text ?? '').join(''),
        error: need(events.find(({ name }) => name.endsWith('Exception'))?.said.message, 'message'),
      }
    },
  },
  beside: {
    cannot: {},
    path: /\/(?:invoke|invoke-with-response-stream)$/,
    see: ({ json, path }) => {
      const { model, stream, anthropic_version: given, ...body } = json as Json
      same('the model and the stream in the body', [model, stream], [undefined, undefined])
      same('anthropic_version', given, version)
      return { ...seeMessages(body), stream: path.endsWith('-stream') }
    },
    answer: (answer, isStream) =>
      isStream ? binaryStream(binary(messageEvents(answer).map(payload))) : unary(message(answer)),
    refuse,
    breakOff: (text, fault) => binaryStream(binary([...begunMessage(text).map(payload), brokenEvent(fault)])),
    signed: signedThinking,
  },
}

interface Event {
  readonly name: string
  readonly said: Json
}

function eventsOf(body: Buffer): Event[] {
  return awsEventStream.parse(body).map(({ event: name = '', data }) => {
    const fields = JSON.parse(data)
    return { name, said: name === 'chunk' ? JSON.parse(Buffer.from(fields.bytes, 'base64').toString()) : fields }
  })
}
