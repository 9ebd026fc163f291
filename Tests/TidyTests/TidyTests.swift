import Foundation
import Testing

/// The project's rules about its own files, held by reading them.
@Suite struct TidyTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Paths below `folder`, relative to the project.
  private func files(in folder: String, _ isWanted: (String) -> Bool) throws -> [String] {
    let folder = TidyTests.root.appending(path: folder)
    guard
      let all = FileManager.default.enumerator(
        at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    else { throw CocoaError(.fileReadNoSuchFile) }
    var files: [String] = []
    for case let file as URL in all {
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        continue
      }
      let path = String(file.path().dropFirst(TidyTests.root.path().count))
      if isWanted(path) { files.append(path) }
    }
    return files.sorted()
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: TidyTests.root.appending(path: path), encoding: .utf8)
  }

  @Test func `the sources are as they should be`() throws {
    let paths = try files(in: "Sources") { $0.hasSuffix(".swift") }
    #expect(paths.count > 100)
    let found = try paths.flatMap { TidyChecks.all($0, try text($0)) }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func `the tests are as short as the sources`() throws {
    let found = try files(in: "Tests") { $0.hasSuffix(".swift") }.flatMap { path in
      let source = SourceCode(try text(path))
      return TidyChecks.length(path, source) + TidyChecks.functions(path, source)
    }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func `every exception is still needed`() throws {
    for path in TidyChecks.unchecked.keys {
      let code = SourceCode(try text(path)).code.joined(separator: "\n")
      #expect(code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)"))
    }
  }

  @Test func `every module of the sources is in the map and in the manifest`() throws {
    let manifest = try text("Package.swift")
    for module in Set(try files(in: "Sources") { _ in true }.map { TidyChecks.module(of: $0) }) {
      #expect(ModuleMap.arrows[module] != nil, "\(module)")
      #expect(manifest.contains("name: \"\(module)\""), "\(module)")
    }
  }

  @Test func `the map has no circles`() {
    var done: Set<String> = []
    while done.count < ModuleMap.arrows.count {
      let next = ModuleMap.arrows.filter { !done.contains($0.key) && $0.value.isSubset(of: done) }
      guard !next.isEmpty else {
        Issue.record("\(Set(ModuleMap.arrows.keys).subtracting(done).sorted()) import each other")
        return
      }
      done.formUnion(next.keys)
    }
  }

  @Test func `no file names a place on somebody's machine`() throws {
    // Put together, so that this file does not contain them itself.
    let places = ["work", "home", "Users"].map { ["", $0, ""].joined(separator: "/") }
    var paths = ["Package.swift"]
    for folder in ["Sources", "Tests", "Deploy", "Documentation", "Scripts"] {
      paths += try files(in: folder) { _ in true }
    }
    for path in paths {
      let text = try text(path)
      for place in places { #expect(!text.contains(place), "\(path) names \(place)") }
    }
  }
}

/// The checks find what is planted.
@Suite struct TidyCheckTests {
  private func found(_ path: String, _ text: String) -> [String] {
    TidyChecks.all(path, text).map { String($0.dropFirst(path.count)) }
  }

  @Test(arguments: [
    ("Attribution", "import Foundation", false), ("Attribution", "package import Formats", false),
    ("Kafka", "internal import Attribution", false), ("Attribution", "import Kafka", false),
    ("Stages", "@testable import Pipeline", false),
    ("Formats", "import struct Foundation.Data", false),
    ("Simulation", "import Pipeline", false), ("Nobody", "import Attribution", false),
    ("Formats", "package import Attribution", true),
    ("Simulation", "internal import Foundation", true),
    ("Pipeline", "@preconcurrency import Foundation", true), ("Formats", "// import Kafka", true),
    ("Formats", "let important = \"import Kafka\"", true), ("Formats", "reportImport()", true),
  ])
  func `arrows between modules`(module: String, line: String, isFine: Bool) {
    #expect(found("Sources/\(module)/X.swift", line).isEmpty == isFine)
  }

  @Test(arguments: [
    ("let now = Date()", false), ("x = try? y()", false), ("x = try! y()", false),
    ("Task.detached {}", false), ("print(1)", false), ("fatalError(\"x\")", false),
    ("// TO" + "DO later", false), ("/* FIX" + "ME */", false), ("\"\\(print(1))\"", false),
    ("let x = #\"\"#; print(x)", false), ("/* a */ print(1)", false),
    ("let text = \"print(1) try? Date()\"", true), ("// print(1)", true), ("footprint(1)", true),
    ("lastUpDate(1)", true), ("/* print(1)", true), ("#\"a\"b\\(\"# + \"print(1)\"", true),
  ])
  func `words that the project does not use`(line: String, isFine: Bool) {
    #expect(found("Sources/Stages/X.swift", line).isEmpty == isFine, "\(line)")
  }

  @Test func `words that only one place may use`() {
    #expect(found("Sources/Pipeline/WallClock.swift", "Date()").isEmpty)
    #expect(found("Sources/Pipeline/Worker.swift", "Date()") == [":1: Date("])
    #expect(found("Sources/afterclick/Commands/Check.swift", "print(1)").isEmpty)
  }

  @Test func `literals of several lines are no code`() {
    let text = "let a = \"\"\"\n  print(1) \\(print(2)) \"x\"\n  \"\"\"\nprint(3)"
    #expect(found("Sources/Stages/X.swift", text) == [":2: print(", ":4: print("])
  }

  @Test func `isolation that is not checked says why, and only where it may`() {
    let bare = "final class X: @unchecked Sendable {}"
    let reasoned = "// Safety: it is locked.\n//\n" + bare
    #expect(found("Sources/Kafka/X.swift", bare).count == 1)
    #expect(found("Sources/Kafka/X.swift", reasoned).isEmpty)
    #expect(found("Sources/Stages/X.swift", reasoned).count == 1)
    #expect(found("Sources/Stages/X.swift", "nonisolated(unsafe) var x = 1").count == 2)
    let far = "// Safety: it is locked.\n\n\n\n" + bare
    #expect(found("Sources/Kafka/X.swift", far).count == 1)
  }

  @Test func `files have at most four hundred lines`() {
    let line = "let x = 1\n"
    #expect(found("Sources/Stages/X.swift", String(repeating: line, count: 400)).isEmpty)
    #expect(
      found("Sources/Stages/X.swift", String(repeating: line, count: 401)) == [": 401 lines"])
  }

  @Test(arguments: [
    "func f() {", "  package static func f<T>(_ x: T) throws -> [T] {", "init(x: Int) {",
    "private mutating func f(\n  x: Int\n)\n  throws(E) -> Int\n{", "subscript(x: Int) -> Int {",
    "deinit {", "package init?(x: [Int: () -> Void] = [:]) {", "@Test func f() {",
    "nonisolated func f(g: (Int) -> Int = { $0 }) {",
  ])
  func `functions have at most sixty lines`(head: String) {
    let lines = head.split(separator: "\n").count
    func text(_ count: Int) -> String {
      let body = String(repeating: "  if x { y(\"}\") } // }\n", count: count - lines - 1)
      return "protocol P {\n  func g()\n  init()\n}\nstruct S {\n\(head)\n\(body)}\n}\n"
    }
    #expect(found("Sources/Stages/X.swift", text(60)).isEmpty)
    #expect(found("Sources/Stages/X.swift", text(61)) == [":6: a function of 61 lines"])
  }
}
