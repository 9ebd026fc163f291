import Foundation
import Testing

extension DaemonTests {
  @Suite struct DemoTests {
    /// The broker inside the process has no transactions, takes seconds for a rebalance, and drops
    /// what is not read soon enough.
    @Test func `the demo on its own broker reads the past, breaks its checkout and hears of it`()
      async throws
    {
      let output = NSTemporaryDirectory() + "/" + uniqueName("afterclick-demo-output")
      let port = Int.random(in: 20_000..<30_000)
      let demo = try await ProcessLauncher.shared.start(
        Daemon.program,
        [
          "demo", "--plain", "--rate", "300", "--speed", "10", "--incident-after", "5s",
          "--page", "\(port)",
        ],
        output: output, errors: output)
      func said() throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
      }
      do {
        try await wait(for: "the past is read", patience: .seconds(150)) {
          try said().contains("days of history read") ? true : nil
        }
        try await wait(for: "somebody is told", patience: .seconds(120)) {
          try said().contains("● FIRING") ? true : nil
        }
        let page = try await AlertPage(port: port)
        try await page?.expectAlert()
        try await wait(for: "it is over", patience: .seconds(180)) {
          try said().contains("✓ RESOLVED") ? true : nil
        }
        try await page?.expectNone()
        demo.send(SIGINT)
        let exit = try await demo.awaitExit()
        #expect(exit == .code(0))
      } catch {
        demo.send(SIGKILL)
        Issue.record("\(try said().suffix(4_000))")
        throw error
      }
      let text = try said()
      #expect(text.contains("Every model adds up to the same revenue"))
      // Nothing else is wrong, and what is wrong has its right name.
      let alerts = text.split(separator: "\n").filter { $0.contains("FIRING") }
      #expect(alerts.allSatisfy { $0.contains("payment → purchase fell from") }, "\(alerts)")
      let planted = try #require(text.firstRange(of: "planted: checkout breaks on iOS"))
      #expect(!text[..<planted.lowerBound].contains("FIRING"))
      let suspects = text.split(separator: "\n").filter { $0.contains("suspect ") }
      #expect(!suspects.isEmpty)
      #expect(suspects.allSatisfy { $0.contains("suspect os=iOS (") }, "\(suspects)")
      try FileManager.default.removeItem(atPath: output)
    }
  }
}

/// The live page in a browser, while an alert is open and after.
private struct AlertPage {
  private let browser: Browser
  private let folder: String
  private static let screenshots =
    ProcessInfo.processInfo.environment["AFTERCLICK_TEST_SCREENSHOTS"]

  /// `nil` where no browser is installed.
  init?(port: Int) async throws {
    guard Browser.isInstalled else { return nil }
    folder = NSTemporaryDirectory() + "/" + uniqueName("afterclick-alert-page")
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    browser = try await Browser(folder: folder)
    try await browser.resize(width: 1_280, height: 1_400)
    try await browser.open("http://127.0.0.1:\(port)/")
  }

  private func text(_ id: String) async throws -> String {
    try await browser.run("return document.getElementById('\(id)').innerText") as? String ?? ""
  }

  func expectAlert() async throws {
    try await wait(for: "the alert on the page", patience: .seconds(20)) {
      try await text("open-alerts").contains("payment → purchase fell") ? true : nil
    }
    let alerts = try await text("open-alerts")
    #expect(alerts.contains("suspect os=iOS") && alerts.contains("lost, worth"), "\(alerts)")
    for part in ["product", "cart", "payment", "purchase", "usually"] {
      #expect(try await text("funnel-list").contains(part))
    }
    #expect(try await text("assist-list").contains("Paid Search"))
    try await keepScreenshot("alert-light")
    try await browser.command(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": "dark"]]])
    try await browser.command(
      "Emulation.setDeviceMetricsOverride",
      ["width": 390, "height": 1_200, "deviceScaleFactor": 1, "mobile": true])
    let width = try await browser.run("return document.documentElement.scrollWidth") as? Int
    #expect((width ?? .max) <= 390, "a phone has to scroll sideways")
    try await keepScreenshot("alert-phone")
  }

  func expectNone() async throws {
    try await wait(for: "the alert is gone", patience: .seconds(20)) {
      try await text("open-alerts").isEmpty ? true : nil
    }
    #expect(try await text("no-alerts") == "None is open.")
    #expect(try await browser.log("browser") == [])
    try await browser.close()
    try FileManager.default.removeItem(atPath: folder)
  }

  private func keepScreenshot(_ name: String) async throws {
    guard let folder = AlertPage.screenshots else { return }
    try await browser.screenshot(to: "\(folder)/\(name).png")
  }
}
