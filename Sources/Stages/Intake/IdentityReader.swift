internal import Attribution
internal import Formats

/// Finds out whom an event is about, and what it says about who is who.
struct IdentityReader {
  /// Whom an event is about.
  enum Subject {
    case user, device
    /// Neither id identifies anybody.
    case nobody

    /// Where the event names them.
    var field: EventField { self == .user ? .userID : .anonymousID }
  }

  private let rules: IdentityRules
  private var filter = LinkFilter()
  private var writer = ByteWriter()

  init(_ rules: IdentityRules) {
    self.rules = rules
  }

  func subject(of event: borrowing TrackingEvent) -> Subject {
    guard let blocked = rules.blocked else {
      if event.has(.userID) { return .user }
      return event.has(.anonymousID) ? .device : .nobody
    }
    if identifies(.userID, event, blocked) { return .user }
    return identifies(.anonymousID, event, blocked) ? .device : .nobody
  }

  private func identifies(
    _ field: EventField, _ event: borrowing TrackingEvent, _ blocked: BlockedIDs
  ) -> Bool {
    event.withText(field) { id in id.map { !$0.isEmpty && !blocked.contains($0) } ?? false }
  }

  private func identifies(_ field: EventField, _ event: borrowing TrackingEvent) -> Bool {
    guard let blocked = rules.blocked else { return event.has(field) }
    return identifies(field, event, blocked)
  }

  /// Whether `event`, which is about `subject`, tells something new about who is who.
  mutating func isNews(_ event: borrowing TrackingEvent, of subject: Subject) -> Bool {
    guard rules.stitches else { return false }
    if hasAlias(event, of: subject) || hasEmail(event, of: subject) { return true }
    guard subject == .user, identifies(.anonymousID, event) else { return false }
    return event.withText(.userID) { user in
      event.withText(.anonymousID) { device in
        guard let user, let device, !ByteComparison.areEqual(user, device) else { return false }
        if isLogin(event) { return true }
        return !filter.isRedundant(device: device, person: user, time: event.time)
      }
    }
  }

  private func isLogin(_ event: borrowing TrackingEvent) -> Bool {
    event.withText(.type) { $0.map { $0.elementsEqual("identify".utf8) } ?? false }
  }

  private func hasAlias(_ event: borrowing TrackingEvent, of subject: Subject) -> Bool {
    identifies(.previousID, event)
      && event.withText(.previousID) { previous in
        event.withText(subject.field) { id in
          guard let previous, let id else { return false }
          return !ByteComparison.areEqual(previous, id)
        }
      }
  }

  private func hasEmail(_ event: borrowing TrackingEvent, of subject: Subject) -> Bool {
    guard !rules.emails.isEmpty, subject == .user, isLogin(event) else { return false }
    for field in rules.emails where event.has(field) { return true }
    return false
  }

  /// Appends what `event`, which is news, tells.
  mutating func forward(
    _ event: borrowing TrackingEvent, of subject: Subject, partitions: Int,
    _ output: inout OutgoingRecords
  ) {
    let name = event.string(FieldIndex(subject.field)) ?? ""
    if hasAlias(event, of: subject) {
      let alias = Ownership.Alias(time: event.time, target: name)
      append(.alias(alias), to: .previousID, of: event, partitions, &output)
    }
    if hasEmail(event, of: subject) {
      let alias = Ownership.Alias(time: event.time, target: name)
      for field in rules.emails {
        let email = event.withText(field) { $0.flatMap { HashedEmail.name(of: $0) } }
        guard var email, email != name else { continue }
        email.withUTF8 {
          append(.alias(alias), to: UnsafeRawBufferPointer($0), partitions, &output)
        }
      }
    }
    guard subject == .user, identifies(.anonymousID, event),
      event.string(FieldIndex(.anonymousID)) != name
    else { return }
    let link = Ownership.Link(time: event.time, person: name, isLogin: isLogin(event))
    append(.link(link), to: .anonymousID, of: event, partitions, &output)
  }

  /// Appends that everything about `subject` up to the event is to be forgotten.
  mutating func forwardErasure(
    _ event: borrowing TrackingEvent, of subject: Subject, partitions: Int,
    _ output: inout OutgoingRecords
  ) {
    append(.erasure(until: event.time), to: subject.field, of: event, partitions, &output)
  }

  private mutating func append(
    _ record: IdentityRecord, to field: EventField, of event: borrowing TrackingEvent,
    _ partitions: Int, _ output: inout OutgoingRecords
  ) {
    event.withText(field) { id in
      guard let id else { preconditionFailure("an id was found that is not there") }
      append(record, to: id, partitions, &output)
    }
  }

  private mutating func append(
    _ record: IdentityRecord, to id: UnsafeRawBufferPointer, _ partitions: Int,
    _ output: inout OutgoingRecords
  ) {
    writer.bytes.removeAll(keepingCapacity: true)
    record.write(to: &writer)
    let partition = JourneyKey(person: id).partition(of: partitions)
    writer.bytes.withUnsafeBytes { value in
      output.append(to: .journeys, partition: Int32(partition), key: id, value: value)
    }
  }
}
