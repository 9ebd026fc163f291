/// A text that a configuration gave as a JSON pointer (RFC 6901), and that is none.
package struct InvalidPointer: Error, Hashable, Sendable {
  package let pointer: String

  package init(pointer: String) {
    self.pointer = pointer
  }
}
