import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formValues, withFormField } from './form-data.ts'

const boundary = '----form-7f3a'
const type = `multipart/form-data; boundary=${boundary}`

interface Part {
  readonly name: string
  readonly value: string
  readonly filename?: string | undefined
}

function form(parts: readonly Part[]): Buffer {
  const pieces = parts.map(({ name, value, filename }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`
  })
  return Buffer.from(`${pieces.join('')}--${boundary}--\r\n`)
}

const value = fc.string({ unit: 'binary' }).filter((text) => !text.includes(boundary))
const others = fc.array(
  fc.record({
    name: fc.constantFrom('file', 'prompt', 'image[]'),
    value,
    filename: fc.option(fc.constant('a.mp3'), { nil: undefined }),
  }),
  { maxLength: 4 },
)

describe('a form', () => {
  it('keeps every other byte when its model changes, wherever that stands', () => {
    fc.assert(
      fc.property(others, others, fc.stringMatching(/^[a-z0-9./-]{1,20}$/), (before, after, model) => {
        const parts = (name: string) => [...before, { name: 'model', value: name }, ...after]
        expect(formValues(form(parts('old')), type, ['model'])).toEqual({ model: 'old' })
        expect(withFormField(form(parts('old')), type, 'model', model)).toEqual(form(parts(model)))
      }),
    )
  })

  it('gets a model where it has none, and keeps every other byte', () => {
    fc.assert(
      fc.property(others, (fields) => {
        const named = withFormField(form(fields), type, 'model', 'm')
        expect(formValues(named, type, ['model'])).toEqual({ model: 'm' })
        expect(named.subarray(-form(fields).length)).toEqual(form(fields))
      }),
    )
  })

  it('takes no file for the model', () => {
    const bytes = form([
      { name: 'model', value: 'x', filename: 'model' },
      { name: 'model', value: 'right' },
    ])
    expect(formValues(bytes, type, ['model'])).toEqual({ model: 'right' })
  })

  it('that names the model twice, or is not whole, is refused', () => {
    const model = { name: 'model', value: 'a' }
    expect(() => formValues(form([model, { ...model, value: 'b' }]), type, ['model'])).toThrow('twice')
    const whole = form([model, { name: 'file', value: 'x'.repeat(50), filename: 'f' }])
    for (let end = 0; end < whole.length - 4; end++) {
      expect(() => formValues(whole.subarray(0, end), type, ['model'])).toThrow(/The form /)
    }
    expect(() => formValues(whole, 'multipart/form-data', ['model'])).toThrow('no boundary')
    expect(() => formValues(form(Array.from({ length: 1002 }, () => ({ name: 'x', value: '' }))), type, [])).toThrow(
      '1000',
    )
  })

  it('cannot be broken out of by the name of a model', () => {
    const bytes = form([{ name: 'model', value: 'a' }])
    const hostile = `x\r\n--${boundary}\r\nContent-Disposition: form-data; name="admin"\r\n\r\n1`
    expect(formValues(withFormField(bytes, type, 'model', hostile), type, ['model', 'admin'])).not.toHaveProperty(
      'admin',
    )
  })
})
