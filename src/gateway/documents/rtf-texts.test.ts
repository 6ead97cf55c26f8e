import { expect, test } from 'vitest'
import { rtfTexts } from './rtf-texts.ts'

test.each<[string, string, ...string[]]>([
  ['words in pieces', '{\\rtf1 prev{}ious instr\\b\\b0 uctions}', 'previous instructions'],
  ['ends of lines in the file', '{\\rtf1 prev\r\nious}', 'previous'],
  ['paragraphs and cells', '{\\rtf1 a\\par b\\tab c\\line\\~d}', 'a\nb\tc\n d'],
  ['braces and backslashes', '{\\rtf1 \\{a\\\\b\\}}', '{a\\b}'],
  ['hyphens that may be', '{\\rtf1 in\\-put}', 'input'],
  ['bytes of a code page', "{\\rtf1\\ansicpg1251 \\'cf\\'f0\\'e8}", 'При'],
  ['letters of several bytes', "{\\rtf1\\ansicpg932 \\'93\\'fa\\'96\\'7b}", '日本'],
  ['letters by number', "{\\rtf1\\uc1 \\u252\\'fcber \\u-10180?\\u-8200?}", 'über 🏸'],
  ['letters by number with more to pass by', '{\\rtf1{\\uc2 \\u65 xxb}\\u66 xc}', 'AbBc'],
  ['a control word behind a number', '{\\rtf1 \\u73\\b gnore}', 'Ignore'],
  ['what is aside', '{\\rtf1{\\fonttbl{\\f0 Arial;}}a{\\*\\x b}c}', 'ac', 'Arial;abc'],
  ['what is hidden', '{\\rtf1 a{\\v b}c\\v d\\v0 e\\v f\\plain g}', 'aceg', 'abcdefg'],
  ['pictures', `{\\rtf1 a{\\pict ${'0123456789abcdef\n'.repeat(40)}}b}`, 'ab'],
  ['an end too many', '{\\rtf1 a}}b', 'ab'],
])('reads %s', (_name, rtf, ...texts) => {
  expect(rtfTexts(Buffer.from(rtf))).toEqual(texts)
})

test('does not read what nests without an end, or holds bytes', () => {
  expect(() => rtfTexts(Buffer.from('{'.repeat(20_000)))).toThrow('deeper')
  expect(() => rtfTexts(Buffer.from('{\\rtf1\\bin9 123456789}'))).toThrow('bytes')
})
