import type { DetectorExample } from '../../../core/inspection/detection.ts'

const python =
  'import os\n\ndef total(items):\n    result = 0\n    for item in items:\n        result += item.price\n    return result\n'
const javascript =
  "const express = require('express');\nconst app = express();\napp.get('/', (req, res) => {\n  res.send('ok');\n});\napp.listen(3000);\n"
const typescript =
  'export interface Order {\n  id: string\n  total: number\n}\nexport function sum(orders: Order[]): number {\n  return orders.reduce((all, one) => all + one.total, 0)\n}\n'
const java =
  'public class Main {\n  public static void main(String[] args) {\n    int sum = 0;\n    for (int i = 0; i < 9; i++) sum += i;\n    System.out.println(sum);\n  }\n}\n'
const c =
  '#include <stdio.h>\n\nint main(void) {\n  for (int i = 0; i < 3; i++) {\n    printf("%d\\n", i);\n  }\n  return 0;\n}\n'
const cpp =
  '#include <vector>\n#include <iostream>\nint main() {\n  std::vector<int> v = {1, 2};\n  for (auto x : v) std::cout << x;\n  return 0;\n}\n'
const go =
  'package main\n\nimport "fmt"\n\nfunc main() {\n\tn := 3\n\tif err := run(n); err != nil {\n\t\tfmt.Println(err)\n\t}\n}\n'
const rust =
  'use std::fs;\n\nfn main() -> Result<(), std::io::Error> {\n    let mut text = fs::read_to_string("a")?;\n    text.push(\'!\');\n    println!("{}", text);\n    Ok(())\n}\n'
const ruby = "require 'json'\n\nclass Order\n  attr_reader :id\n  def initialize(id)\n    @id = id\n  end\nend\n"
const php = '<?php\n$total = 0;\nforeach ($items as $item) {\n  $total += $item->price;\n}\necho $total;\n'
const sql =
  'SELECT o.id, SUM(l.price)\nFROM orders o\nLEFT JOIN lines l ON l.order_id = o.id\nWHERE o.paid = true\nGROUP BY o.id\nORDER BY o.id;\n'
const shell =
  '#!/bin/sh\nset -e\nexport TARGET=/srv/app\nmkdir -p $TARGET\ncurl -sO https://example.org/app.tgz\ncd $TARGET\nif [ -f old ]; then\n  echo "old"\nfi\n'
const html = '<!DOCTYPE html>\n<html>\n<body>\n<div class="a">\n<p>Hello</p>\n</div>\n</body>\n</html>\n'
const csharp =
  'using System;\nnamespace Shop {\n  public class Order {\n    public int Id { get; set; }\n    public void Print() {\n      Console.WriteLine(Id);\n    }\n  }\n}\n'

export const flagged: readonly DetectorExample[] = [
  { text: `Why is this slow?\n\n${python}`, rule: 'code-python' },
  { text: `\`\`\`python\n${python}\`\`\``, rule: 'code-python' },
  { text: `Here it is:\n\`\`\`\n${python}\`\`\`\nDone.`, rule: 'code-python' },
  { text: javascript, rule: 'code-javascript' },
  { text: `Bitte erkläre:\n${javascript}\nDanke.`, rule: 'code-javascript' },
  { text: typescript, rule: 'code-typescript' },
  { text: `~~~ts\n${typescript}~~~`, rule: 'code-typescript' },
  { text: java, rule: 'code-java' },
  { text: `請修正這段程式：\n${java}`, rule: 'code-java' },
  { text: c, rule: 'code-c' },
  { text: cpp, rule: 'code-cpp' },
  { text: go, rule: 'code-go' },
  { text: rust, rule: 'code-rust' },
  { text: ruby, rule: 'code-ruby' },
  { text: php, rule: 'code-php' },
  { text: sql, rule: 'code-sql' },
  { text: shell, rule: 'code-shell' },
  { text: html, rule: 'code-html' },
  { text: csharp, rule: 'code-csharp' },
  { text: `> \`\`\`go\n${go}\`\`\``, rule: 'code-go' },
  { text: `\`\`\`brainfuck\n+\n+\n+\n[-]\n.\n.\n\`\`\`` },
  { text: Buffer.from(python.repeat(2)).toString('base64'), rule: 'code-python' },
  { text: `The end of an answer that is cut:\n\`\`\`js\n${javascript}`, rule: 'code-javascript' },
]

export const clean: readonly DetectorExample[] = [
  'Call `total(items)` and print the result.',
  'Use the function map() for it; it returns a list.',
  'Dear Sir or Madam,\n\nI write to you about my order.\nIt has not arrived yet.\nPlease look into it.\n\nKind regards,\nMaria',
  '1. Open the app.\n2. Press the button.\n3. Wait.\n4. Close the app.\n5. Done.',
  '- apples\n- pears\n- plums\n- figs\n- dates\n- nuts',
  '# Title\n\nSome text.\n\n## Part\n\nMore text here.\n\nAnd more.',
  '```json\n{\n"a": 1,\n"b": 2,\n"c": 3,\n"d": 4\n}\n```',
  '```text\none\ntwo\nthree\nfour\nfive\nsix\n```',
  '```yaml\na: 1\nb: 2\nc: 3\nd: 4\ne: 5\n```',
  '```python\nprint(1)\n```',
  'x = 1\ny = 2',
  'Roses are red,\nviolets are blue,\nsugar is sweet,\nand so are you.\nThe end,\nmy friend.',
  '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |',
  'Q: What is it?\nA: A bird.\nQ: Where?\nA: There.\nQ: When?\nA: Now.',
  'Name: Maria\nAge: 31\nCity: Lima\nJob: nurse\nHobby: chess\nPet: cat',
  'If it rains, we stay.\nFor all of us it is fine.\nWhile we wait, we play.\nReturn when you can.\nElse write.',
  'From Berlin to Paris\nWhere we met\nSelect a train\nOrder by phone\nGroup by price',
  'import taxes rose;\nexport figures fell;\nwages stayed.',
  '2031-01-01 10:00 started\n2031-01-01 10:01 ready\n2031-01-01 10:02 stopped\n2031-01-01 10:03 started\n2031-01-01 10:04 ready',
  'Let x be a number.\nLet y be another.\nThen x + y = y + x.\nThe proof is easy.\nIt is left to you.',
  '第一行。\n第二行。\n第三行。\n第四行。\n第五行。',
  'He said: (nothing)\nShe said: [laughs]\nThey said: {silence}\nThe end.',
].map((text) => ({ text }))
