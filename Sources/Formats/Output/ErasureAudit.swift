package import Attribution

/// That something was erased, without saying whose it was.
package struct ErasureAudit: Sendable {
  /// Everything until then was to be erased.
  package var erasedUntil: EventTime
  /// Events of the journey that are gone.
  package var events: Int
  /// Conversions whose output was taken back.
  package var conversions: Int
  /// Devices and other names that were told.
  package var links: Int

  package init(erasedUntil: EventTime, events: Int, conversions: Int, links: Int) {
    self.erasedUntil = erasedUntil
    self.events = events
    self.conversions = conversions
    self.links = links
  }

  /// Writes the record value for the audit topic: `afterclick/erasure/v1`.
  package func write(to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/erasure/v1")
      json.member("erased_until", erasedUntil)
      json.member("events", events)
      json.member("conversions", conversions)
      json.member("links", links)
    }
  }
}
