import Attribution

extension ProfileTable {
  /// Unpacks a profile anew, past whatever the table remembers of it.
  func profile(of id: ID) -> TouchpointProfile {
    do {
      return try block(of: id).withUnsafeBytes { try PackedProfile.read(from: $0) }
    } catch {
      preconditionFailure("profile \(id.index) is no packed profile")
    }
  }
}
