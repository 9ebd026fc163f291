import Foundation

/// Checks JSON values against a JSON Schema (draft 2020-12), as far as our schemas go.
///
/// A keyword that it does not know is a difference too: a schema must not promise what nothing
/// checks. It is stricter than the schema in one way: fields that the schema does not name are
/// differences, because readers of the schema would not know of them.
struct SchemaCheck {
  private let root: [String: Any]

  private static let annotations: Set<String> = ["$schema", "title", "description", "$defs"]

  init(_ json: Data) throws {
    root = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
  }

  /// The schema of that name in `Deploy/schemas`.
  init(named name: String) throws {
    var root = URL(filePath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    try self.init(Data(contentsOf: root.appending(path: "Deploy/schemas/\(name).schema.json")))
  }

  /// What is wrong with `json`, as sentences; empty if it fits.
  func differences(in json: [UInt8]) throws -> [String] {
    check(try JSONSerialization.jsonObject(with: Data(json)), root, at: "$", isWhole: true)
  }

  /// `isWhole` says that the schema is not a mere condition, so that it names every field.
  private func check(
    _ value: Any, _ schema: [String: Any], at path: String, isWhole: Bool
  ) -> [String] {
    var found: [String] = []
    for (keyword, argument) in schema.sorted(by: { $0.key < $1.key })
    where !SchemaCheck.annotations.contains(keyword) {
      switch (keyword, argument) {
      case ("$ref", let name as String):
        let definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
        guard let target = definitions[String(name.dropFirst("#/$defs/".count))] else {
          found.append("\(path): there is no \(name)")
          continue
        }
        found += check(value, target, at: path, isWhole: isWhole)
      case ("allOf", let schemas as [[String: Any]]):
        for schema in schemas { found += check(value, schema, at: path, isWhole: false) }
      case ("if", let condition as [String: Any]):
        let holds = check(value, condition, at: path, isWhole: false).isEmpty
        if let branch = schema[holds ? "then" : "else"] as? [String: Any] {
          found += check(value, branch, at: path, isWhole: false)
        }
      case ("then", _), ("else", _): continue
      case ("properties", _), ("additionalProperties", _), ("required", _), ("items", _):
        continue
      default:
        if let holds = SchemaCheck.holds(keyword, argument, value) {
          if !holds { found.append("\(path): \(value) is not \(keyword) \(argument)") }
        } else {
          found.append("\(path): the schema says \(keyword), which is not checked")
        }
      }
    }
    return found + checkParts(of: value, schema, at: path, isWhole: isWhole)
  }

  private func checkParts(
    of value: Any, _ schema: [String: Any], at path: String, isWhole: Bool
  ) -> [String] {
    var found: [String] = []
    if let items = schema["items"] as? [String: Any], let list = value as? [Any] {
      for (index, item) in list.enumerated() {
        found += check(item, items, at: "\(path)[\(index)]", isWhole: isWhole)
      }
    }
    guard let object = value as? [String: Any] else { return found }
    for name in schema["required"] as? [String] ?? [] where object[name] == nil {
      found.append("\(path): \(name) is missing")
    }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    let others = schema["additionalProperties"] as? [String: Any]
    for (name, field) in object.sorted(by: { $0.key < $1.key }) {
      if let known = properties[name] ?? others {
        found += check(field, known, at: "\(path).\(name)", isWhole: isWhole)
      } else if isWhole, schema["$ref"] == nil {
        found.append("\(path): the schema does not know \(name)")
      }
    }
    return found
  }

  /// Whether one keyword that looks at a value alone holds; `nil` for unknown keywords.
  private static func holds(_ keyword: String, _ argument: Any, _ value: Any) -> Bool? {
    let text = value as? String
    let number = value as? NSNumber
    let bound = (argument as? NSNumber)?.doubleValue ?? .nan
    let count = Double((value as? [Any])?.count ?? (value as? [String: Any])?.count ?? 0)
    switch keyword {
    case "type":
      let types = argument as? [String] ?? [argument as? String ?? ""]
      return types.contains { isType($0, value) }
    case "const": return (argument as? NSObject)?.isEqual(value) ?? false
    case "enum": return (argument as? [String])?.contains { $0 == text } ?? false
    case "minimum": return number.map { $0.doubleValue >= bound } ?? true
    case "maximum": return number.map { $0.doubleValue <= bound } ?? true
    case "minLength": return text.map { Double($0.unicodeScalars.count) >= bound } ?? true
    case "minItems", "minProperties": return count >= bound
    case "maxItems", "maxProperties": return count <= bound
    case "pattern":
      return text.map {
        $0.range(of: argument as? String ?? "", options: .regularExpression) != nil
      } ?? true
    default: return nil
    }
  }

  private static func isType(_ type: String, _ value: Any) -> Bool {
    let number = (value as? NSNumber).flatMap { String(cString: $0.objCType) == "c" ? nil : $0 }
    switch type {
    case "object": return value is [String: Any]
    case "array": return value is [Any]
    case "string": return value is String
    case "number": return number != nil
    case "integer": return number.map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    default: return false
    }
  }
}
