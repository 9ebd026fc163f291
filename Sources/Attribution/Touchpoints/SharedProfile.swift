/// A profile unpacked once for all the paths that it is on.
///
/// A path copies a reference instead of a dozen strings, and what every path asks of a profile is
/// found out only once.
package final class SharedProfile: Sendable {
  package let profile: TouchpointProfile
  /// Hash of the packed profile: the same in every process.
  package let digest: UInt64
  /// The channel as paths compare it, which is what they compare by default.
  private let channel: NormalizedText

  package init(_ profile: TouchpointProfile, digest: UInt64) {
    self.profile = profile
    self.digest = digest
    channel = NormalizedText(profile.channel)
  }

  package convenience init(_ profile: TouchpointProfile) {
    var writer = ByteWriter()
    PackedProfile.write(profile, to: &writer)
    self.init(profile, digest: writer.bytes.withUnsafeBytes { StableHash.fold64($0) })
  }

  /// The value of `dimension`, as paths compare it.
  package func value(of dimension: Dimension) -> NormalizedText {
    dimension == .channel ? channel : NormalizedText(dimension.value(of: profile))
  }

  /// Whether paths take the two for the same by `dimension`.
  package func hasSameValue(of dimension: Dimension, as other: SharedProfile) -> Bool {
    self === other || value(of: dimension) == other.value(of: dimension)
  }
}

extension SharedProfile: Hashable {
  package static func == (left: SharedProfile, right: SharedProfile) -> Bool {
    left === right || left.profile == right.profile
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(profile) }
}
