import Attribution
import Testing

@Suite struct BlockedIDsTests {
  private func isBlocked(_ id: String, _ ids: BlockedIDs = BlockedIDs()) -> Bool {
    Array(id.utf8).withUnsafeBytes { ids.contains($0) }
  }

  @Test(arguments: [
    "", " ", "0", "000", "00000000-0000-0000-0000-000000000000", "-1", "null", "NULL",
    " Anonymous ",
    "undefined", "unknown",
  ])
  func `nobody is called that`(id: String) {
    #expect(isBlocked(id))
  }

  @Test(arguments: [
    "1", "10", "u-0", "-12", "nullsoft", "anna", "00000000-0000-0000-0000-000000000001", "-", "--",
  ])
  func `somebody may be called that`(id: String) {
    #expect(!isBlocked(id))
  }

  @Test func `a list of one's own replaces the words, not the zeros`() {
    let ids = BlockedIDs(["Test-User"])
    #expect(isBlocked("test-user", ids))
    #expect(!isBlocked("null", ids))
    #expect(isBlocked("0000", ids))
  }
}
