import Foundation
import Testing
import Yams

/// One of the files under `Deploy`, as text or as YAML.
struct DeployedFile {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Deploy")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  static func yaml(_ path: String) throws -> Tree {
    Tree(try Yams.load(yaml: try text(path)))
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
  }
}

/// Parsed YAML to look things up in; what is not there is empty.
struct Tree {
  private let node: Any?

  init(_ node: Any?) { self.node = node }

  subscript(_ keys: String...) -> Tree {
    Tree(keys.reduce(node) { ($0 as? [String: Any])?[$1] })
  }

  subscript(_ index: Int) -> Tree {
    let all = node as? [Any] ?? []
    return Tree(index < all.count ? all[index] : nil)
  }

  var text: String { node.map { "\($0)" } ?? "" }
  var number: Int? { node as? Int }
  var list: [Tree] { (node as? [Any] ?? []).map { Tree($0) } }
  var texts: [String] { list.map(\.text) }
  var keys: Set<String> { Set((node as? [String: Any] ?? [:]).keys) }
  var texted: [String: String] { (node as? [String: Any] ?? [:]).mapValues { "\($0)" } }
}
