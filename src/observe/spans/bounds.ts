/** What is taken of spans, whatever a program sends. The bounds of OpenTelemetry's own SDKs are 128 attributes, events and links. */
/** Of a body when it is unpacked. Parsed JSON may take twenty times its bytes of memory. */
export const maxBytes = { protobuf: 16 * 2 ** 20, json: 8 * 2 ** 20 } as const
export const maxSpansAtOnce = 10_000
export const maxAttributes = 128
export const maxEvents = 64
/** Of attributes: lists and maps in one another. */
export const maxValueDepth = 6
/** Of one list or map. */
export const maxValueItems = 256
/** Of all the parts of one attribute together. */
export const maxValueParts = 2048
export const maxNameLength = 256
/** Of what says how it went, and of what was said. */
export const maxPlainLength = 512
export const maxContentLength = 32 * 1024
