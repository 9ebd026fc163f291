import Attribution

/// Everything that the demo shows at one moment.
struct DemoSnapshot: Sendable {
  /// What does not change while the demo runs.
  struct Facts: Hashable, Sendable {
    var application: String
    /// Where it runs, and what that means.
    var broker: String
    var guarantee: String
    /// Events per second that the shop sends.
    var rate: Double
    /// How much faster the shop's time passes than the clock's.
    var speed = 1.0
    /// Whether the shop's checkout will break.
    var hasIncident = false
    var currency = "EUR"
    /// How much past the shop has.
    var historyDays: Int
    /// A command line that shows the conversions in another terminal.
    var lookingOn: String?
    /// Where the live page is.
    var page: String?
  }

  /// How far the demo is.
  enum Phase: Hashable, Sendable {
    /// Waiting for partitions.
    case joining
    /// The shop's past is being read; so much of it has been.
    case history(Double)
    case live
    case ending
  }

  /// What the daemon has counted.
  struct Counters: Hashable, Sendable {
    var deadLetters = 0
    var duplicates = 0
    var tooLate = 0
    /// Records read from the input.
    var records = 0
  }

  var facts: Facts
  var phase = Phase.joining
  var elapsed: Duration = .zero
  /// The time in the shop.
  var now = EventTime.distantPast
  var events = 0
  var eventsPerSecond = 0.0
  /// Conversions read, first revisions only.
  var conversions = 0
  /// Of these, what happened while the demo ran.
  var liveConversions = 0
  var conversionsPerMinute = 0.0
  var latency: LatencyWindow.Quantiles?
  /// Events sent and not yet committed; `nil` while unknown.
  var lag: Int?
  var counters = Counters()
  var recent: [DemoConversion] = []
  var isSelection = false
  var rows: [CreditLedger.Row] = []
  var totals: [Earned] = []
  var revenue = Earned()
  var revisions = 0
  var repeats = 0
  var incident: DemoIncident?
  /// The last state of every alert: open ones first, of these the last raised first.
  var alerts: [DemoAlert] = []
  /// The last thing that the daemon complained about.
  var warning: String?
}
