/// That a conversion is gone because its person was erased: what a replay writes where the conversions
/// topic gets a tombstone.
package struct ErasedConversion: Sendable {
  package var id: String

  package init(id: String) {
    self.id = id
  }

  /// Writes the line: `afterclick/erased-conversion/v1`.
  package func write(to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/erased-conversion/v1")
      json.member("conversion_id", id)
    }
  }
}
