/// A touchpoint's profile as one block of bytes: equal blocks are equal profiles.
///
/// Intake packs it once; Journeys compares and stores blocks and unpacks them only for a path.
package enum PackedProfile {
  /// Appends the block for `profile`.
  package static func write(_ profile: TouchpointProfile, to writer: inout ByteWriter) {
    writer.write(byte: profile.interaction.rawValue)
    writer.write(text: profile.rule)
    writer.write(text: profile.channel)
    writer.write(optionalText: profile.source)
    writer.write(optionalText: profile.medium)
    writer.write(optionalText: profile.campaign)
    writer.write(optionalText: profile.term)
    writer.write(optionalText: profile.content)
    writer.write(optionalText: profile.landingPage)
    writer.write(optionalText: profile.referrer)
    writer.write(optionalText: profile.device)
    writer.write(optionalText: profile.country)
  }

  package static func read(
    from bytes: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) -> TouchpointProfile {
    var reader = ByteReader(bytes)
    var profile = TouchpointProfile()
    guard let interaction = Interaction(rawValue: try reader.readByte()) else {
      throw ByteReader.Malformed()
    }
    profile.interaction = interaction
    profile.rule = try reader.readText()
    profile.channel = try reader.readText()
    profile.source = try reader.readOptionalText()
    profile.medium = try reader.readOptionalText()
    profile.campaign = try reader.readOptionalText()
    profile.term = try reader.readOptionalText()
    profile.content = try reader.readOptionalText()
    profile.landingPage = try reader.readOptionalText()
    profile.referrer = try reader.readOptionalText()
    profile.device = try reader.readOptionalText()
    profile.country = try reader.readOptionalText()
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
    return profile
  }
}
