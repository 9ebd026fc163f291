internal import Foundation

/// Reads files that hold one secret each.
enum SecretFile {
  /// Certificates and keys are a few kilobytes.
  private static let maximumBytes = 262_144

  /// The text of the file at `path` without one newline at its end; gathers what is wrong with it
  /// as a problem of `value`.
  static func text(at path: String, _ value: ValueReader) -> String? {
    let shown = ValueReader.quoted(path)
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
      try handle.close()
    } catch {
      value.fail("cannot read the file \(shown)")
      return nil
    }
    guard data.count <= maximumBytes else {
      value.fail("the file \(shown) is larger than \(maximumBytes / 1_024) KiB")
      return nil
    }
    guard var text = String(validating: data, as: UTF8.self), !text.isEmpty else {
      value.fail("the file \(shown) is \(data.isEmpty ? "empty" : "no UTF-8 text")")
      return nil
    }
    if text.utf8.last == 0x0a { text.unicodeScalars.removeLast() }
    return text
  }
}
