import Foundation
import Testing

extension DaemonTests {
  @Suite struct LivePageTests {
    /// Where screenshots are to be kept for people to look at; nowhere by default.
    private static let screenshots =
      ProcessInfo.processInfo.environment["AFTERCLICK_TEST_SCREENSHOTS"]

    /// Campaigns as a page must not take them.
    private static let names = [
      "spring", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>bold</b>", "news",
    ]

    /// A visit from a source whose name is markup, and an order.
    private func produce(_ number: Int, source: String, _ application: ShopApplication) async throws
    {
      let landing = """
        {"type":"page","messageId":"v\(number)","userId":"kim-\(number)",\
        "timestamp":"2026-03-05T10:0\(number):00Z","receivedAt":"2026-03-05T10:0\(number):00Z",\
        "context":{"page":{"url":"https://shop.example/"},"campaign":{"source":"\(source)",\
        "medium":"email","name":"\(source)"}}}
        """
      let records = [
        HandMadeInput.Record(key: "kim", landing),
        HandMadeInput.order(
          "kim-\(number)", at: "10:3\(number):00", id: "o\(number)", number: "\(source)-\(number)",
          revenue: "\(number)20.50"),
      ]
      try await onThread {
        try HandMadeInput.produce(records, to: application.input, partition: 0)
      }
    }

    private func text(_ id: String, _ browser: Browser) async throws -> String {
      try await browser.run("return document.getElementById('\(id)').innerText") as? String ?? ""
    }

    private func wait(for text: String, in id: String, _ browser: Browser) async throws {
      try await IntegrationTests.wait(for: "\(text) in \(id)", every: .milliseconds(100)) {
        try await self.text(id, browser).contains(text) ? true : nil
      }
    }

    private func keepScreenshot(_ name: String, _ browser: Browser) async throws {
      guard let folder = Self.screenshots else { return }
      try await browser.screenshot(to: "\(folder)/\(name).png")
    }

    @Test(
      .enabled(
        if: Browser.isInstalled, "install chromium and chromium-driver to see the page in a browser"
      ))
    func `the page shows what happens, and comes back by itself`() async throws {
      let application = try ShopApplication("page", watches: true)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { scene in
        try await application.createTopics(with: daemon)
        try await daemon.start(environment: ["AFTERCLICK_HTTP__LISTEN": "127.0.0.1:0"])
        let port = try await daemon.awaitPort()
        let browser = try await Browser(folder: application.folder)
        try await browser.resize(width: 1_280, height: 900)
        try await browser.open("http://127.0.0.1:\(port)/")
        try await wait(for: "at work", in: "state", browser)
        #expect(try await text("who", browser).contains("instance a"))

        for number in 1...5 {
          try await produce(number, source: Self.names[number - 1], application)
        }
        try await wait(for: "520.50 EUR", in: "feed", browser)
        try await wait(for: "320.50 EUR", in: "feed", browser)
        for name in Self.names {
          #expect(try await text("feed", browser).contains(name), "\(name)")
        }
        #expect(try await text("channels", browser).contains("Email"))
        #expect(try await text("conversions", browser) == "5")
        #expect(try await text("partitions", browser).contains(application.input))
        // Three names of the configuration are markup, too.
        try await wait(for: "<script>x", in: "funnel-list", browser)
        #expect(try await text("funnel-list", browser).contains("<b>begin"))
        #expect(try await text("funnel-list", browser).contains("<img src=x>"))
        #expect(try await text("watched", browser).contains("<script>x"))
        let foreign = "main img, main b b, main script, iframe, object, [onerror]"
        let made = try await browser.run("return document.querySelectorAll('\(foreign)').length")
        #expect(made as? Int == 0)
        // Of its own there are the names of the conversions.
        let own = try await browser.run("return document.querySelectorAll('#feed b').length")
        #expect(own as? Int == 5)
        let scripts = try await browser.run("return document.scripts.length") as? Int
        #expect(scripts == 1, "something that was sent has become markup")
        try await keepScreenshot("light", browser)
        try await browser.command(
          "Emulation.setEmulatedMedia",
          ["features": [["name": "prefers-color-scheme", "value": "dark"]]])
        try await keepScreenshot("dark", browser)
        try await browser.command(
          "Emulation.setDeviceMetricsOverride",
          ["width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true])
        let width = try await browser.run("return document.documentElement.scrollWidth") as? Int
        #expect((width ?? .max) <= 390, "a phone has to scroll sideways")
        try await keepScreenshot("phone", browser)
        let complaints = try await browser.log("browser")
        #expect(complaints == [])
        try await expectNoOtherHost(browser, port)

        try await daemon.kill()
        scene.note(.killed)
        try await wait(for: "connection lost", in: "state", browser)
        try await daemon.start(environment: ["AFTERCLICK_HTTP__LISTEN": "127.0.0.1:\(port)"])
        try await wait(for: "at work", in: "state", browser)
        try await application.awaitConsumption()
        // Nobody who watches holds the end up.
        try await daemon.stop(patience: .seconds(10))
        try await wait(for: "connection lost", in: "state", browser)
        try await browser.close()
        try await scene.audit()
      }
    }

    /// Every request that the browser has made for the page went to the daemon.
    private func expectNoOtherHost(_ browser: Browser, _ port: Int) async throws {
      let requests = try await browser.log("performance").filter {
        // Chromium's own first page is in the log too.
        $0.contains("\"Network.requestWillBeSent\"")
          && $0.contains("\"documentURL\":\"http://127.0.0.1:\(port)/\"")
      }
      let urls = requests.compactMap {
        $0.firstMatch(of: /"request":\{.*?"url":"([^"]+)"/).map { String($0.1) }
      }
      #expect(urls.contains { $0.hasSuffix("/events") })
      for url in urls {
        #expect(url.hasPrefix("http://127.0.0.1:\(port)/") || url.hasPrefix("data:"), "\(url)")
      }
    }
  }
}
