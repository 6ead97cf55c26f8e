import type { DatabaseClass } from './sql-classes.ts'

export interface CommandPattern {
  readonly class: DatabaseClass
  readonly score: number
  /** Of these, in lower case, the text must have one. */
  readonly has: readonly string[]
  readonly pattern: RegExp
}

const rows: readonly (readonly [DatabaseClass, number, readonly string[], RegExp])[] = [
  // MongoDB
  ['destructive', 0.9, ['dropdatabase'], /\bdropDatabase\s{0,3}\(|["']dropDatabase["']\s{0,3}:/g],
  [
    'destructive',
    0.85,
    ['.drop('],
    /\bdb(?:\.\w{1,60}|\[["'][^"'\n]{1,60}["']\]|\.getCollection\([^)\n]{1,60}\)){1,3}\.drop\s{0,3}\(\s{0,3}\)/g,
  ],
  [
    'destructive',
    0.85,
    ['deletemany', '.remove(', 'delete_many', 'updatemany', 'update_many', 'deleteone', 'removeall'],
    /\.(?:deleteMany|delete_many|remove|updateMany|update_many)\s{0,3}\(\s{0,3}(?:\{\s{0,5}\}\s{0,3}[,)]|(?<=(?:deleteMany|remove)\s{0,3}\(\s{0,3})\))/g,
  ],
  // As drivers and tools say it: `{"delete": "users", "deletes": [{"q": {}, "limit": 0}]}`.
  [
    'destructive',
    0.85,
    ['"deletes"', '"updates"', "'deletes'", "'updates'", 'deletes:', 'updates:'],
    /["']?\b(?:deletes|updates)["']?\s{0,5}:\s{0,5}\[[^\]\n]{0,200}?["']?\bq["']?\s{0,5}:\s{0,5}\{\s{0,5}\}(?![^\]\n]{0,200}["']?limit["']?\s{0,5}:\s{0,5}1\b)/g,
  ],
  [
    'destructive',
    0.85,
    ['"deletemany"', '"delete_many"', '"updatemany"', '"update_many"', '"deleteall"'],
    /["'](?:deleteMany|delete_many|updateMany|update_many)["'][^{}\n]{0,120}["'](?:filter|query|q|where|selector)["']\s{0,5}:\s{0,5}\{\s{0,5}\}/g,
  ],
  [
    'destructive',
    0.85,
    ['runcommand', '.command(', 'admincommand'],
    /\b(?:runCommand|adminCommand|command)\s{0,3}\(\s{0,3}\{\s{0,5}["']?(?:drop|dropIndexes|dropAllUsersFromDatabase|dropAllRolesFromDatabase)["']?\s{0,3}:/g,
  ],
  // The result of a query goes over another collection.
  [
    'write',
    0.6,
    ['$out', '$merge'],
    /["']?\$(?:out|merge)["']?\s{0,5}:\s{0,5}(?:["'][\w.-]{1,80}["']|\{\s{0,5}["']?(?:into|db|coll|s3|atlas)\b)/g,
  ],
  // Mappers of objects: all rows of a class.
  [
    'destructive',
    0.75,
    [
      '.all().delete(',
      '.query.delete(',
      '.delete_all',
      '.destroy_all',
      'destroyall(',
      '.deletemany()',
      'objects.all()',
    ],
    /\b\w{1,60}\.(?:objects\.all\(\)\.delete\(\)|all\(\)\.delete\(\)|query\.delete\(\)|(?:delete|destroy)_all\b|deleteMany\(\s{0,3}\))/g,
  ],
  [
    'write',
    0.45,
    [
      'deletemany',
      'delete_many',
      'deleteone',
      'delete_one',
      'insertone',
      'insert_one',
      'insertmany',
      'insert_many',
      'updateone',
      'update_one',
      'updatemany',
      'update_many',
      'replaceone',
      'bulkwrite',
      'findoneand',
    ],
    /\b(?:db|collection|coll|client|\w{1,40}(?:Collection|_collection|Model)?)(?:\.\w{1,60}|\[["'][^"'\n]{1,60}["']\]){0,3}\.(?:insertOne|insertMany|insert_one|insert_many|updateOne|updateMany|update_one|update_many|replaceOne|deleteOne|deleteMany|delete_one|delete_many|bulkWrite|findOneAnd(?:Update|Delete|Replace))\s{0,3}\(\s{0,3}[[{\w]/g,
  ],
  [
    'read',
    0.2,
    ['.find(', '.findone(', '.find_one(', '.aggregate(', '.countdocuments('],
    /\bdb(?:\.\w{1,60}|\[["'][^"'\n]{1,60}["']\]){1,3}\.(?:find|findOne|find_one|aggregate|countDocuments)\s{0,3}\(/g,
  ],
  [
    'injection',
    0.85,
    ['$where', '$function', '$accumulator'],
    /["']?\$(?:where|function|accumulator)["']?\s{0,3}:\s{0,3}(?:["'`]|function|\{)[^\n]{0,120}/g,
  ],
  [
    'injection',
    0.85,
    ['$ne"', "$ne'", '$ne:', '$gt"', "$gt'", '$gt:', '$gte', '$regex', '$exists', '$nin', '[$ne', '[$gt'],
    /["']?\b(?:user(?:name|_?id)?|pass(?:word|wd)?|email|login|pwd|token|pin|otp)["']?\s{0,3}:\s{0,3}\{\s{0,3}["']?\$(?:ne|gt|gte|regex|exists|nin|not)["']?\s{0,3}:\s{0,3}(?:null|["']["']|["'](?:\.\*|\^|\.\+)[^"'\n]{0,20}["']|true|-?\d|\[\s{0,2}\]|undefined|["'](?:x|foo|toto|invalid|admin)?["'])[^}\n]{0,20}\}/gi,
  ],
  [
    'injection',
    0.85,
    ['[$ne', '[$gt', '[$regex', '[$nin', '[$exists', '%5b$ne', '%5b%24ne'],
    /\b\w{1,40}(?:\[|%5b)(?:\$|%24)(?:ne|gt|gte|lt|regex|exists|nin|where|in)(?:\]|%5d)\s{0,2}=/gi,
  ],
  [
    'injection',
    0.8,
    ["'; return", "'; ret", "';retu", "' || '", "'||'1", '|| true', "||'a'"],
    /['"]\s{0,3}(?:;\s{0,3}return\s{1,3}(?:true|1|this)|\|\|\s{0,3}(?:'?1'?\s{0,3}={2,3}\s{0,3}'?1|true|'a'\s{0,3}={2,3}\s{0,3}'a))/gi,
  ],
  [
    'privilege',
    0.85,
    ['createuser', 'grantroles', 'updateuser', 'createrole', 'grantprivileges'],
    /\bdb(?:\.getSiblingDB\([^)\n]{1,40}\))?\.(?:createUser|updateUser|grantRolesToUser|createRole|grantPrivilegesToRole)\s{0,3}\(/g,
  ],
  [
    'exfiltration',
    0.7,
    ['mongodump', 'mongoexport', 'pg_dump', 'mysqldump', 'pg_dumpall', 'redis-cli --rdb'],
    /\b(?:mongodump|mongoexport|pg_dump(?:all)?|mysqldump)\s{1,4}(?:-{1,2}\w|[a-z]\w{1,40}\s{0,3}[>|])[^\n]{0,120}/g,
  ],
  // Redis
  [
    'destructive',
    0.9,
    ['flushall', 'flushdb'],
    /(?:^|redis-cli\s[^\n]{0,80}|["'`>]\s{0,3}|\.)\b(?:FLUSHALL|FLUSHDB|flushall|flushdb|flushAll|flushDb)\b(?:\s{1,3}(?:A?SYNC|async|sync))?(?=\s{0,3}(?:[("'`;]|$))/gm,
  ],
  [
    'exfiltration',
    0.85,
    ['config set', 'slaveof', 'replicaof', 'module load'],
    /(?:^|redis-cli\s[^\n]{0,80}|["'`>]\s{0,3})\b(?:CONFIG\s{1,3}SET\s{1,3}(?:dir|dbfilename|requirepass|protected-mode|slave-read-only)|(?:SLAVEOF|REPLICAOF)\s{1,3}[\w.-]{3,80}\s{1,3}\d{2,5}|MODULE\s{1,3}LOAD\s{1,3}\S{1,80})/gim,
  ],
  [
    'privilege',
    0.8,
    ['acl setuser'],
    /(?:^|redis-cli\s[^\n]{0,80}|["'`>]\s{0,3})\bACL\s{1,3}SETUSER\s{1,3}\S{1,60}[^\n]{0,80}/gm,
  ],
  [
    'destructive',
    0.7,
    ['shutdown nosave', 'debug segfault', 'shutdown save'],
    /(?:^|redis-cli\s[^\n]{0,80}|["'`>]\s{0,3})\b(?:SHUTDOWN\s{1,3}(?:NO)?SAVE|DEBUG\s{1,3}SEGFAULT)\b/gm,
  ],
  // `KEYS *` stops a server that has many.
  ['read', 0.4, ['keys *', "keys '*'", 'keys "*"'], /(?:^|redis-cli\s[^\n]{0,80}|["'`>]\s{0,3})\bKEYS\s{1,3}["']?\*/gm],
  // Elasticsearch and OpenSearch
  [
    'destructive',
    0.9,
    ['delete /', 'xdelete', '-x delete', "delete'", 'delete"'],
    /\bDELETE\s{1,3}\/(?:_all|\*|[a-z][\w.*-]{1,80})(?:\/?(?:\?[^\s]{0,80})?)(?=\s{0,3}$)/gm,
  ],
  [
    'destructive',
    0.85,
    ['xdelete', '-x delete'],
    /\bcurl\s[^\n]{0,120}-X\s{0,2}["']?DELETE["']?\s[^\n]{0,60}:9200\/[^\s"']{0,80}/g,
  ],
  ['destructive', 0.8, ['_delete_by_query'], /\/[\w.*-]{1,80}\/_delete_by_query\b[^\n]{0,80}/g],
  [
    'write',
    0.4,
    ['_update_by_query', '/_bulk', '_reindex'],
    /\b(?:POST|PUT)\s{1,3}\/[\w.*/-]{0,80}_(?:update_by_query|bulk|reindex)\b/g,
  ],
  [
    'privilege',
    0.7,
    ['_security/', '_cluster/settings'],
    /\b(?:PUT|POST)\s{1,3}\/_(?:security\/(?:user|role|api_key)\S{0,60}|cluster\/settings)/g,
  ],
  ['read', 0.2, ['_search'], /\b(?:GET|POST)\s{1,3}\/[\w.*,-]{1,80}\/_search\b/g],
  // Cypher, Cassandra, DynamoDB
  [
    'destructive',
    0.9,
    ['detach delete'],
    /\bMATCH\s{0,3}\(\s{0,3}\w{0,20}\s{0,3}\)\s{0,4}(?:OPTIONAL\s{1,3}MATCH[^\n]{0,60})?DETACH\s{1,3}DELETE\s{1,3}\w{1,20}/gi,
  ],
  [
    'destructive',
    0.85,
    ['delete-table', 'delete_table', 'deletetable'],
    /\bdynamodb\s{1,3}delete-table\b[^\n]{0,80}|\.(?:delete_table|deleteTable)\s{0,3}\(\s{0,3}(?:TableName|\{)/g,
  ],
]

export const commands: readonly CommandPattern[] = rows.map(([name, score, has, pattern]) => ({
  class: name,
  score,
  has,
  pattern,
}))
