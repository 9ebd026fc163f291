/// The page at `/`: one file, which asks nobody but the daemon that it came from.
enum LivePage {
  /// What the browser may do with a page whose parts carry `nonce`: run and show these, and listen
  /// to the daemon. Whatever a campaign is called, it is text.
  static func policy(nonce: String) -> String {
    """
    default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; \
    connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    """
  }

  /// Differs with every answer.
  static func nonce() -> String {
    var generator = SystemRandomNumberGenerator()
    return String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
  }

  static func html(nonce: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Afterclick</title>
    <link rel="icon" href="data:,">
    <style nonce="\(nonce)">\(style)\(insightsStyle)</style>
    </head>
    <body>
    \(body)
    <script nonce="\(nonce)">\(script)\(insightsScript)</script>
    </body>
    </html>

    """
  }

  private static let body = """
    <header>
    <h1>Afterclick</h1>
    <p id="who"></p>
    <p id="state" role="status" data-state="waiting">connecting …</p>
    </header>
    <ul id="reasons" hidden></ul>
    <main>
    <section id="tiles" aria-label="Figures">
    <dl><dt>Records read</dt><dd id="records">–</dd><dd class="unit">per second</dd></dl>
    <dl><dt>Conversions</dt><dd id="conversions">–</dd><dd class="unit">in the last minute</dd></dl>
    <dl><dt>Lag</dt><dd id="lag">–</dd><dd class="unit">records to read</dd></dl>
    <dl><dt>Latency</dt><dd id="latency">–</dd><dd class="unit" id="latency-unit">p99, last minute</dd></dl>
    <dl><dt>Journeys</dt><dd id="journeys">–</dd><dd class="unit">people held</dd></dl>
    <dl><dt>Dead letters</dt><dd id="dead-letters">–</dd><dd class="unit">since the start</dd></dl>
    </section>
    \(insightsBody)
    <section>
    <h2>Channels</h2>
    <p class="note">First touch against last touch, <span id="seen">0</span> conversions seen here.</p>
    <p class="legend"><span class="first">first touch</span> <span class="last">last touch</span></p>
    <div id="channels"></div>
    </section>
    <section>
    <h2>Conversions</h2>
    <p class="note"><label>Credit by <select id="model"></select></label></p>
    <ol id="feed"></ol>
    <p id="quiet" class="note">None yet.</p>
    </section>
    <section>
    <h2>Partitions</h2>
    <div id="partitions"></div>
    </section>
    </main>
    """
}
