package import Attribution

/// What broke at once, in whatever parts of a funnel it shows: incidents that are told as one alert.
///
/// One incident leads: the alert has its place, its kind and its id. Others join while it is open, and
/// have no alert of their own.
///
/// open → lingering, when the leader's incident is over and others are not → over, with the last of
/// them; or handed over, when it is sure that one of them goes on: then that one leads another breakage.
package struct Breakage: Sendable {
  /// One of its incidents that is over.
  package struct Past: Sendable {
    package var part: FunnelPart
    package var incident: Incident
    package var endedAt: EventTime
  }

  package let leader: FunnelPart
  /// What led, while it lingers.
  package private(set) var led: Past?
  /// Where incidents are open that are told with the leader's, in the order of the parts.
  package private(set) var others: [FunnelPart]
  /// Others that are over, in that order.
  package private(set) var past: [Past] = []

  package init(leader: FunnelPart, others: [FunnelPart] = []) {
    self.leader = leader
    self.others = others.sorted()
  }

  /// Every part in which an incident of it is open.
  package var parts: [FunnelPart] { (led == nil ? [leader] : []) + others }

  package mutating func join(_ part: FunnelPart) {
    others.append(part)
    others.sort()
  }

  /// An incident of it is over. Returns whether it was the leader's.
  package mutating func end(_ incident: Past) -> Bool {
    guard let index = others.firstIndex(of: incident.part) else {
      led = incident
      return true
    }
    others.remove(at: index)
    past.append(incident)
    return false
  }

  /// The alert as it stands is not less severe than `severity`.
  package mutating func raise(_ severity: Alert.Severity) {
    guard let before = led?.incident.severity else { return }
    led?.incident.severity = max(before, severity)
  }

  /// What is still open is no part of it any more.
  package mutating func release() -> [FunnelPart] {
    defer { others = [] }
    return others
  }

  /// After the leader was found, how long something may still begin that broke together with it:
  /// what is lost shows when it would have arrived.
  private static let slack = TimeSpan.hours(1)
  /// Between the beginnings, however long either took to be found.
  private static let longestSpan = TimeSpan.hours(3)

  /// Whether `incident`, which was found later, may be the same as what `leading` is about, as far as
  /// kind and time say it.
  ///
  /// Something began between its start, which is where evidence last was nothing, and the moment in
  /// which it was found. The less is lost, the longer that is.
  package static func isLikely(_ incident: Incident, with leading: Incident) -> Bool {
    let span = (incident.startedAt - leading.startedAt).milliseconds.magnitude
    return incident.kind.isAkin(to: leading.kind)
      && incident.startedAt <= leading.detectedAt + slack
      && span <= longestSpan.milliseconds.magnitude
  }
}

extension Alert.Kind {
  /// Whether both can come of the same cause: less is lost, or gained, in either. How many begin when
  /// there are more than ever says nothing about how they go on.
  fileprivate func isAkin(to other: Alert.Kind) -> Bool {
    isRise == other.isRise && self != .volumeSpike && other != .volumeSpike
  }
}

extension Breakage.Past: StateBytes {
  package func write(to writer: inout ByteWriter) {
    part.write(to: &writer)
    incident.write(to: &writer)
    writer.write(time: endedAt)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    part = try FunnelPart(from: &reader)
    incident = try Incident(from: &reader)
    endedAt = try reader.readTime()
  }
}

extension Breakage: StateBytes {
  package func write(to writer: inout ByteWriter) {
    leader.write(to: &writer)
    writer.write(flag: led != nil)
    led?.write(to: &writer)
    writer.write(parts: others)
    writer.write(parts: past)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    leader = try FunnelPart(from: &reader)
    led = try reader.readFlag() ? Past(from: &reader) : nil
    others = try reader.readParts()
    past = try reader.readParts()
    guard led.map({ $0.part == leader && !others.isEmpty }) ?? true else {
      throw ByteReader.Malformed()
    }
  }
}
