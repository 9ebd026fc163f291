import Pipeline
import Simulation
import Testing

@Suite struct ReplayCompressionTests {
  private let directory: TemporaryDirectory
  private let plain: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    plain = ShopReplay.lines(ShopReplay.traffic(5_000) { $0.shareGarbage = 0.01 })
  }

  @Test(arguments: Compressor.allCases)
  func `compressed and plain files give the same bytes, dead letters included`(
    compressor: Compressor
  ) throws {
    let expected = try directory.replay(plain)
    let outcome = try directory.replay(compressor.compress(plain))
    #expect(outcome.conversions == expected.conversions)
    #expect(outcome.deadLetters == expected.deadLetters)
    #expect(outcome.report.fraction == 1)
    #expect(outcome.report.bytesRead < expected.report.bytesRead / 2)
  }

  @Test(arguments: Compressor.allCases)
  func `what was appended compressed is read on`(compressor: Compressor) throws {
    let expected = try directory.replay(plain)
    let half = plain.count / 2
    let appended =
      compressor.compress(Array(plain[..<half]))
      + compressor.compress([])
      + compressor.compress(Array(plain[half...]))
    #expect(try directory.replay(appended).conversions == expected.conversions)
  }

  @Test(arguments: Compressor.allCases)
  func `a file that ends too early is an error that says so`(compressor: Compressor) throws {
    let whole = compressor.compress(plain)
    for length in [5, whole.count / 2, whole.count - 1] {
      #expect { try directory.replay(Array(whole[..<length])) } throws: { error in
        "\(error)".contains("in the middle of its \(compressor) data")
      }
    }
  }

  @Test(arguments: Compressor.allCases)
  func `a damaged file is an error that says so`(compressor: Compressor) throws {
    var bytes = compressor.compress(plain)
    for index in stride(from: bytes.count / 2, to: bytes.count / 2 + 2_000, by: 3) {
      bytes[index] ^= 0x5a
    }
    #expect { try directory.replay(bytes) } throws: { error in
      "\(error)".contains("\(compressor) data is damaged")
    }
  }

  @Test(arguments: Compressor.allCases)
  func `an empty file can be compressed, too`(compressor: Compressor) throws {
    let outcome = try directory.replay(compressor.compress([]))
    #expect(outcome.report.lines == 0)
  }
}
