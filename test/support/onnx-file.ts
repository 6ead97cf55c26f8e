/** Small ONNX files by hand: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const [float, int64] = [1, 7]

export interface SmallTensor {
  readonly name: string
  readonly rows: readonly (readonly number[])[]
}

/** A `ModelProto` that takes `input_ids` and `attention_mask` of a batch. */
export function onnxFile(nodes: readonly Buffer[], table: SmallTensor, output: Buffer): Buffer {
  const { name, rows } = table
  const data = Buffer.from(Float32Array.from(rows.flat()).buffer)
  const width = rows[0]?.length ?? 0
  const graph = [
    ...nodes,
    text(2, 'tiny'),
    message(5, [number(1, rows.length), number(1, width), number(2, float), text(8, name), bytes(9, data)]),
    message(11, valueInfo('input_ids', int64, ['batch', 'sequence'])),
    message(11, valueInfo('attention_mask', int64, ['batch', 'sequence'])),
    output,
  ]
  return Buffer.concat([number(1, 8), message(8, [text(1, ''), number(2, 13)]), message(7, graph)])
}

/** A `NodeProto` of the graph. */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Buffer[] = [],
): Buffer {
  return message(1, [...inputs.map((name) => text(1, name)), text(2, output), text(4, operator), ...attributes])
}

/** An attribute of a node: whole numbers. */
export function numbers(name: string, given: readonly number[] | number): Buffer {
  const [intAttribute, intsAttribute] = [2, 7]
  return typeof given === 'number'
    ? message(5, [text(1, name), number(3, given), number(20, intAttribute)])
    : message(5, [text(1, name), ...given.map((one) => number(8, one)), number(20, intsAttribute)])
}

export function floatOutput(name: string, shape: readonly (string | number)[]): Buffer {
  return message(12, valueInfo(name, float, shape))
}

function valueInfo(name: string, type: number, shape: readonly (string | number)[]): readonly Buffer[] {
  const sizes = shape.map((size) => message(1, [typeof size === 'string' ? text(2, size) : number(1, size)]))
  return [text(1, name), message(2, [message(1, [number(1, type), message(2, sizes)])])]
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts))
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value))
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function varint(value: number): Buffer {
  const found: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) found.push((rest % 128) + 128)
  return Buffer.from([...found, rest])
}
