import { join } from 'node:path'
import ts from 'typescript'

/** Source files by path and settings, read once for all projects: they share nearly all of them. */
const registry = ts.createDocumentRegistry()

/** What the compiler has to say about a project, against the types that would be published. */
function diagnose(folder: string): string[] {
  const config = join(__dirname, folder, 'tsconfig.json')
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    join(__dirname, folder),
  )
  const service = ts.createLanguageService(
    {
      ...ts.sys,
      getCompilationSettings: () => options,
      getCurrentDirectory: () => process.cwd(),
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      getScriptFileNames: () => fileNames,
      getScriptSnapshot: (path) => ts.ScriptSnapshot.fromString(ts.sys.readFile(path) ?? ''),
      getScriptVersion: () => '1',
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    },
    registry,
  )
  const own = (service.getProgram()?.getSourceFiles() ?? []).filter(({ fileName }) => !fileName.includes('/node_modules/'))
  return own
    .flatMap(({ fileName }) => [...service.getSyntacticDiagnostics(fileName), ...service.getSemanticDiagnostics(fileName)])
    .map(({ file, messageText, start }) => {
      const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0
      return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
}

it.each([
  ['plain', "leaves next-auth's types alone, and types what the helpers give by itself"],
  ['augmented', "adds this library's fields to next-auth's types where that is asked for"],
  ['own', "gets along with an app's own declarations"],
])('%s: %s', (folder) => {
  expect(diagnose(folder)).toEqual([])
}, 60_000)
