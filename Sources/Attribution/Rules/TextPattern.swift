internal import CRE2

/// A compiled regular expression (RE2 syntax): matching is linear in the text and allocates nothing.
package final class TextPattern: Sendable {
  // Safety: RE2 objects are immutable after construction and documented as thread safe; the
  // pointer never changes and is destroyed once, with its last owner.
  private nonisolated(unsafe) let regex: OpaquePointer

  /// What is wrong with a pattern, in RE2's words.
  package struct Invalid: Error, Hashable, Sendable {
    package let pattern: String
    package let message: String
  }

  package init(_ pattern: String) throws(Invalid) {
    var pattern = pattern
    var message = [CChar](repeating: 0, count: 200)
    let created = pattern.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        afterclick_regex_create(text.baseAddress, text.count, &message, message.count)
      }
    }
    guard let created else {
      let end = message.firstIndex(of: 0) ?? message.endIndex
      let text = String(decoding: message[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw Invalid(pattern: pattern, message: text)
    }
    regex = created
  }

  deinit {
    afterclick_regex_destroy(regex)
  }

  /// Whether the expression is found anywhere in `text`.
  package func isFound(in text: UnsafeRawBufferPointer) -> Bool {
    let characters = text.assumingMemoryBound(to: CChar.self)
    return afterclick_regex_is_found(regex, characters.baseAddress, characters.count)
  }
}
