// Which tests a file declares, read from its syntax: a comment or a string is no test, and neither is one that is skipped.
const declares = new Set(['test', 'it', 'describe'])
/** A test that is declared so does not run. */
const idle = new Set(['skip', 'todo', 'failing', 'xtest', 'xit', 'xdescribe'])

/** `test`, `test.each(rows)`, `describe.each(rows)` …: the name it begins with and what was added to it. */
function calleeOf(node) {
  if (node.type === 'Identifier') return { name: node.value, added: [] }
  if (node.type === 'MemberExpression' && node.property.type === 'Identifier') {
    const { name, added } = calleeOf(node.object)
    return { name, added: [...added, node.property.value] }
  }
  // `test.each(rows)('title', …)`: what is called is the answer of a call.
  if (node.type === 'CallExpression') {
    const { name, added } = calleeOf(node.callee)
    return { name, added: [...added, '()'] }
  }
  return { name: undefined, added: [] }
}

const isEach = (added) => added.includes('each')

function titleOf(node) {
  if (node?.type === 'StringLiteral') return node.value
  if (node?.type !== 'TemplateLiteral') return undefined
  return node.quasis
    .map(({ cooked }, index) => {
      const expression = node.expressions[index]
      if (expression === undefined) return cooked
      return `${cooked}\${${expression.type === 'Identifier' ? expression.value : '…'}}`
    })
    .join('')
}

/** `{ skip: true }` and its like among the options of Node's own runner; a condition may hold or not. */
const isOff = ({ expression }) =>
  expression.type === 'ObjectExpression' &&
  expression.properties.some(
    ({ key, value }) =>
      (key?.value === 'skip' || key?.value === 'todo') &&
      (value?.type === 'StringLiteral' || (value?.type === 'BooleanLiteral' && value.value)),
  )

function collect(node, above, names) {
  if (Array.isArray(node)) {
    for (const child of node) collect(child, above, names)
    return
  }
  if (node === null || typeof node !== 'object') return
  let within = above
  if (node.type === 'CallExpression') {
    const { name, added } = calleeOf(node.callee)
    if (idle.has(name) || added.some((one) => idle.has(one))) return
    // `test.each(rows)` by itself declares nothing yet.
    if (declares.has(name) && isEach(added) === added.includes('()')) {
      if (node.arguments.some(isOff)) return
      const title = titleOf(node.arguments[0]?.expression)
      if (name !== 'describe' && title !== undefined) names.push([...above, title])
      if (name === 'describe' && title !== undefined) within = [...above, title]
    }
  }
  for (const child of Object.values(node)) collect(child, within, names)
}

/** Every test that the source declares, as the titles of its describes and its own. */
export async function testNames(source, { tsx = false } = {}) {
  // Only here: the other scripts run before anything is installed.
  const { parse } = await import('@swc/core')
  const module = await parse(source, {
    syntax: 'typescript',
    tsx,
    explicitResourceManagement: true,
    target: 'es2023',
  })
  const names = []
  collect(module.body, [], names)
  return names
}
