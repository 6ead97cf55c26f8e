/** Pieces of a statement that somebody slips into another: what ends a string or a number, and goes on as SQL. */
export interface InjectionPattern {
  readonly score: number
  /** Of these, in lower case, the text must have one. */
  readonly has: readonly string[]
  readonly pattern: RegExp
}

const gap = String.raw`(?:\s|/\*[^*]{0,40}\*/|\+|%20){1,8}`
/** The end of the value that was meant to stand there. */
const close = String.raw`(?:['"\u2019]\)?|\d\)?|\))`

const rows: readonly (readonly [score: number, has: readonly string[], pattern: RegExp])[] = [
  // ' OR '1'='1, ' OR 1=1 --, ") or ("a"="a
  [
    0.9,
    ["' or", '" or', "') or", "'or ", "'||", "' ||", "'/*", "'+or", "'%20"],
    new RegExp(
      String.raw`['"]\)?${gap}?(?:or|\|\|)${gap}?\(?\s{0,2}(['"]?)([\w ]{0,20})\1?\s{0,3}(?:=|like|<=>)\s{0,3}\(?\s{0,2}['"]?\2(?=['"\s)#;-]|$)`,
      'gi',
    ),
  ],
  [
    0.85,
    [' or 1=1', ' or 1 =', ' or true', ' or 2=2', " or '1'", ' or 1 l', '/or/', '+or+1', '%20or%20'],
    new RegExp(
      String.raw`(?:${close}|=\s{0,2}[\w']{1,20})${gap}or${gap}(?:(\d{1,6}|'\w{0,8}')\s{0,3}=\s{0,3}\1|true)\s{0,4}(?:--|#|;|/\*|$|\))`,
      'gim',
    ),
  ],
  [
    0.8,
    ["' and", '" and', "') and", ' and 1=', "'+and"],
    new RegExp(
      String.raw`['"]\)?${gap}and${gap}\(?\s{0,2}(?:(\d{1,6})\s{0,2}=\s{0,2}\d{1,6}|'(\w{0,8})'\s{0,2}=\s{0,2}'\w{0,8}|(?:ascii|substr(?:ing)?|mid|ord|length|extractvalue|updatexml|sleep|benchmark|exists|convert|ctxsys)\s{0,3}\()`,
      'gi',
    ),
  ],
  [
    0.9,
    ['union'],
    new RegExp(
      String.raw`(?:${close}|-\d{1,6}|=\w{0,20})${gap}union(?:${gap}all|${gap}distinct)?${gap}select\b[^\n]{0,200}`,
      'gi',
    ),
  ],
  [
    0.85,
    ['union'],
    /\/\*!\d{0,6}\s{0,3}union\b[^\n]{0,100}|\bunion(?:\/\*[^*]{0,40}\*\/|\+|%20|%0a){1,4}(?:all(?:\/\*[^*]{0,40}\*\/|\+|%20|%0a){1,4})?select\b[^\n]{0,100}/gi,
  ],
  // '; DROP TABLE users; --
  [
    0.92,
    ["';", '";', "');", "' ;", '1;', "'%3b"],
    /['")\d][ \t]{0,4}(?:;|%3b)[ \t]{0,4}(?:drop\s{1,4}(?:table|database|schema)|delete\s{1,4}from|insert\s{1,4}into|update\s{1,4}[\w.]{1,60}\s{1,4}set|truncate\s{1,4}table|alter\s{1,4}table|exec(?:ute)?\s{1,4}|shutdown\b|waitfor\s{1,4}delay|create\s{1,4}(?:user|table)|grant\s{1,4}|select\s{1,4}(?:pg_sleep|sleep|load_file|case))[^\n;]{0,120}(?:;?\s{0,3}(?:--|#|\/\*)|;?['"]{0,2}\s{0,3}$)/gim,
  ],
  // admin' -- , admin'#, ' --
  [
    0.75,
    ["'--", "' --", "'#", "'/*", "')--", "' #", "';--"],
    /(?:[\w.@-]{1,40}|[=:(]\s{0,2}["']?|["'])'\)?;?(?:--(?=[\s"}&]|$)|(?:\s{0,2}--|\s{0,2}#|\/\*)(?=\s{0,3}(?:$|["'}&])))/gm,
  ],
  [
    0.9,
    ['sleep(', 'benchmark(', 'sleep (', 'delay', 'pg_sleep', 'receive_message'],
    new RegExp(
      String.raw`(?:${close}|\bif\s{0,3}\(|\band\b|\bor\b|\bselect\b|;|\|\||\()\s{0,4}\(?\s{0,4}(?:(?:and|or|select|then|,)\s{1,4}){0,2}(?:pg_sleep|sleep|benchmark|dbms_pipe\.receive_message|waitfor\s{1,4}delay)\s{0,3}[('"]{1,2}\s{0,3}[\w:.,'()]{1,60}`,
      'gi',
    ),
  ],
  [
    0.85,
    ['extractvalue', 'updatexml', 'xmltype', 'floor(rand', 'name_const'],
    /\b(?:extractvalue|updatexml)\s{0,3}\(\s{0,3}[^,\n]{1,40},\s{0,3}concat\s{0,3}\([^\n]{0,100}|\bfloor\s{0,2}\(\s{0,2}rand\s{0,2}\(\s{0,2}0?\s{0,2}\)\s{0,2}\*\s{0,2}2/gi,
  ],
  [
    0.7,
    ['order by', 'group by', 'order+by', 'order%20by'],
    new RegExp(
      String.raw`(?:['"]\)?|\d)${gap}(?:order|group)${gap}by${gap}\d{1,4}(?:\s{0,3},\s{0,3}\d{1,4}){0,30}\s{0,3}(?:--|#)`,
      'gi',
    ),
  ],
  [0.8, ['having'], new RegExp(String.raw`${close}${gap}having${gap}(\d{1,4})\s{0,2}=\s{0,2}\1`, 'gi')],
  [0.9, ['xp_cmdshell', 'xp_dirtree'], /\bxp_(?:cmdshell|dirtree)\b[^\n]{0,120}/gi],
  // LDAP: *)(uid=*))(|(uid=*
  [
    0.8,
    ['*)('],
    /\*\)\s{0,3}\(?\s{0,3}(?:[|&]\s{0,3}\(|\(?(?:uid|cn|objectclass|userpassword|password|mail)\s{0,2}=)[^\n]{0,60}/gi,
  ],
]

export const injections: readonly InjectionPattern[] = rows.map(([score, has, pattern]) => ({ score, has, pattern }))
