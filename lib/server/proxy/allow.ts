/** What one line of `allow` lets through. */
export interface Rule {
  /** `undefined`: all. */
  methods: ReadonlySet<string> | undefined
  /** Decoded; `*` stands for any one. */
  segments: readonly string[]
  /** Whether everything below is meant as well. */
  below: boolean
}

/** These never pass: two open tunnels or show headers to the page, and no backend needs them. */
export const FORBIDDEN_METHODS: readonly string[] = ['CONNECT', 'TRACE', 'TRACK']

const RULE = /^(?:([A-Z]+(?:,[A-Z]+)*) )?(\/[^\s?#%\\]*)$/

/**
 * Reads `allow`: each line is a path, after methods where not all are meant. `*` is one segment of any name; `/**` at
 * the end is the path and everything below it.
 *
 * @throws {TypeError} quoting the line that can't be
 */
export function parseRules(allow: unknown): Rule[] {
  if (!Array.isArray(allow) || allow.length === 0) {
    const example = "['/users/me', 'GET,POST /orders/**']"
    throw new TypeError(`createBackendProxy: \`allow\` must list what may be asked for, such as ${example}`)
  }
  return allow.map(parseRule)
}

function parseRule(line: unknown): Rule {
  const [, methods, path] = (typeof line === 'string' && RULE.exec(line)) || []
  const wrong = (because: string) =>
    new TypeError(`createBackendProxy: \`allow\` has ${JSON.stringify(line)}: ${because}`)
  if (path === undefined) throw wrong("it must read '/path' or 'GET,POST /path', with the path as it is when decoded")
  const segments = path.replace(/\/\*\*$|\/$/, '').split('/').slice(1)
  const named = methods?.split(',')
  const never = named?.find((method) => FORBIDDEN_METHODS.includes(method))
  if (never) throw wrong(`${never} never passes`)
  if (segments.some((segment) => /^\.*$/.test(segment))) throw wrong('it has a segment that is empty or made of dots')
  if (segments.some((segment) => segment !== '*' && segment.includes('*'))) {
    throw wrong('`*` stands for a whole segment, and `**` for all that follow')
  }
  return { methods: named && new Set(named), segments, below: path.endsWith('/**') }
}

/** Whether some rule has the path with the method; where none has, the methods that it is had with. GET brings HEAD. */
export function judge(
  rules: readonly Rule[],
  method: string,
  segments: readonly string[],
): { allowed: true } | { allowed: false; methods: string[] } {
  const fitting = rules.filter((rule) => hasPath(rule, segments))
  const named = method === 'HEAD' ? ['GET', 'HEAD'] : [method]
  const allowed = fitting.some(({ methods }) => !methods || named.some((each) => methods.has(each)))
  if (allowed) return { allowed }
  return { allowed, methods: [...new Set(fitting.flatMap(({ methods }) => [...(methods ?? [])]))] }
}

function hasPath(rule: Rule, segments: readonly string[]): boolean {
  const further = segments.length - rule.segments.length
  if (rule.below ? further < 0 : further !== 0) return false
  return rule.segments.every((wanted, index) => wanted === '*' || wanted === segments[index])
}
