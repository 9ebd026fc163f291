import Attribution
import Formats
import Testing

@Suite struct InputLimitsTests {
  private static let megabyte = String(repeating: "x", count: 1 << 20)

  @Test func `a record over the limit is rejected unread`() throws {
    let decoded = try decode(#"{"unread":"\#(Self.megabyte)"}"#)
    #expect(
      decoded.rejected
        == RejectedInput(.tooLarge, "the record has 1048589 bytes, more than 524288"))
  }

  @Test func `the limit is the last size that is read`() throws {
    let record = SegmentSamples.track(#""x":"""#)
    let size = record.utf8.count
    var exact = try Decoding(limits: InputLimits(recordBytes: size))
    #expect(exact.decode(record).event != nil)
    var smaller = try Decoding(limits: InputLimits(recordBytes: size - 1))
    #expect(smaller.decode(record).rejected?.code == .tooLarge)
  }

  @Test func `a large text that nobody reads is fine`() throws {
    var decoding = try Decoding(limits: InputLimits(recordBytes: 4 << 20))
    let record = SegmentSamples.track(#""unread":"\#(Self.megabyte)""#)
    #expect(decoding.decode(record).event != nil)
    #expect(decoding.decode(SegmentSamples.page).event != nil)
  }

  @Test(arguments: [
    #""userId":"TEXT""#, #""messageId":"TEXT""#, #""event":"TEXT""#,
    #""context":{"page":{"url":"TEXT"}}"#, #""context":{"page":{"referrer":"TEXT"}}"#,
    #""context":{"campaign":{"name":"TEXT"}}"#, #""context":{"userAgent":"TEXT"}"#,
    #""properties":{"a":"TEXT"}"#,
  ])
  func `a text that is taken may not be over its limit`(member: String) throws {
    var decoding = try Decoding(
      pointers: ["/properties/a"], limits: InputLimits(recordBytes: 4 << 20))
    func record(_ count: Int) -> String {
      SegmentSamples.track(replace(member, with: String(repeating: "x", count: count)))
    }
    #expect(decoding.decode(record(16_384)).event != nil)
    #expect(decoding.decode(record(16_385)).rejected?.code == .fieldTooLarge)
    #expect(decoding.decode(record(1 << 20)).rejected?.code == .fieldTooLarge)
  }

  private func replace(_ member: String, with text: String) -> String {
    let parts = member.split(separator: "TEXT", omittingEmptySubsequences: false)
    return parts.joined(separator: text)
  }

  @Test func `a message quotes no more than the beginning of a text`() throws {
    let record = SegmentSamples.track(#""timestamp":"\#(String(repeating: "é", count: 5_000))""#)
    let message = try #require(try decode(record).rejected?.message)
    #expect(message == "/timestamp is \"\(String(repeating: "é", count: 40))…\", which is no time")
  }
}
