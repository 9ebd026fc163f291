import Attribution
import Formats
import Operations
import Testing

@Suite struct EnvironmentTests {
  private func configuration(_ environment: [String: String]) throws -> Configuration {
    try Configuration.parse(Samples.design, environment: environment)
  }

  @Test func `settings of the environment replace those of the file`() throws {
    let configuration = try configuration([
      "AFTERCLICK_APPLICATION_ID": "other",
      "AFTERCLICK_KAFKA__BOOTSTRAP_SERVERS": "broker:9092",
      "AFTERCLICK_KAFKA__SASL_USERNAME": "me",
      "AFTERCLICK_INPUTS__0__TOPIC": "hits",
      "AFTERCLICK_INPUTS__2__FIELDS__EVENT": "/name",
      "AFTERCLICK_PROCESSING__STATE__STORE": "memory",
      "AFTERCLICK_PROCESSING__WORKERS": "3",
      "AFTERCLICK_TIME__SESSION_TIMEOUT": "10m",
      "AFTERCLICK_CONVERSIONS__0__LOOKBACK__CLICK": "5d",
      "AFTERCLICK_CONVERSIONS__0__MODELS__3": "last_touch",
      "AFTERCLICK_CONVERSIONS__0__MODELS__1": "linear",
      "AFTERCLICK_IGNORED_REFERRERS__0": "a.example",
      "AFTERCLICK_IGNORED_REFERRERS__1": "b.example",
      "HOME": "/root",
    ])
    #expect(configuration.applicationID == "other")
    #expect(
      configuration.kafka.properties.map(\.description) == [
        "bootstrap.servers=broker:9092", "security.protocol=plaintext", "sasl.username=me",
      ])
    #expect(configuration.inputs[0].topic == "hits")
    #expect(configuration.processing.state.store == .memory)
    #expect(configuration.processing.workers == 3)
    #expect(configuration.rules.time.sessionTimeout == .minutes(10))
    let purchase = configuration.rules.conversions[0]
    #expect(purchase.path.lookback.click == .days(5))
    #expect(
      purchase.models.map(\.name)
        == [
          "first_touch", "linear", "last_non_direct_touch", "last_touch", "time_decay",
          "position_based",
        ])
    #expect(configuration.rules.ignoredReferrers.map(\.string) == ["a.example", "b.example"])
  }

  @Test func `a condition's pointer is found by its letters`() throws {
    let yaml = """
      inputs: [{topic: t, format: segment}]
      channels: {defaults: none}
      conversions: [{name: c, when: {/properties/plan: pro}}]
      """
    let rules = try Configuration.parse(
      yaml, environment: ["AFTERCLICK_CONVERSIONS__0__WHEN___PROPERTIES_PLAN": "free"]
    ).rules
    var event = TrackingEvent(fieldsOf: rules.fields)
    event.setText(.type, to: "free")
    event.copy(FieldIndex(.type), to: FieldIndex(pointer: 0))
    #expect(rules.conversions[0].when.matches(event))
  }

  @Test(arguments: [
    (
      "AFTERCLICK_KAFKA_BOOTSTRAP_SERVERS", "x",
      "KAFKA_BOOTSTRAP_SERVERS: no such setting; did you mean AFTERCLICK_KAFKA__BOOTSTRAP_SERVERS?"
    ),
    (
      "AFTERCLICK_KAKFA__BOOTSTRAP_SERVERS", "x",
      "KAKFA__BOOTSTRAP_SERVERS: no such setting; did you mean AFTERCLICK_KAFKA__BOOTSTRAP_SERVERS?"
    ),
    (
      "AFTERCLICK_PROCESSING__WORKER", "x",
      "PROCESSING__WORKER: no such setting; did you mean AFTERCLICK_PROCESSING__WORKERS?"
    ),
    (
      "AFTERCLICK_PROCESSING_STATE__STORE", "memory",
      "PROCESSING_STATE__STORE: no such setting; did you mean AFTERCLICK_PROCESSING__STATE__STORE?"
    ),
    ("AFTERCLICK_ZEBRA", "x", "ZEBRA: no such setting"),
    ("AFTERCLICK_", "x", "no such setting"),
    (
      "AFTERCLICK_PROCESSING", "x",
      "processing: is a section: set its keys, as in AFTERCLICK_PROCESSING__GUARANTEE"
    ),
    ("AFTERCLICK_INPUTS", "x", "inputs: is a list: set its elements, as in AFTERCLICK_INPUTS__0"),
    ("AFTERCLICK_INPUTS__9__TOPIC", "x", "inputs: expected an index from 0 to 3, found `9`"),
    (
      "AFTERCLICK_LATE__ACCEPT__DAYS", "3", "late.accept: is a single value here and has no parts"
    ),
    (
      "AFTERCLICK_LATE__ACCEPT", "soon",
      "late.accept: expected a duration such as 90s, 30m, 12h or 30d, found `soon`"
    ),
  ])
  func `a mistake in the environment is named by its variable`(
    variable: String, value: String, expected: String
  ) {
    let found = Samples.problems(Samples.design, environment: [variable: value])
    let path = expected.contains("no such setting") && expected != "no such setting"
    #expect(found.count == 1)
    let line = found.first ?? ""
    #expect(line.hasPrefix("environment variable \(variable): "))
    let wanted = path ? String(expected.drop { $0 != ":" }.dropFirst(2)) : expected
    #expect(line.hasSuffix(wanted), "\(line)")
  }

  @Test(arguments: [
    "AFTERCLICK_TEST_BROKER", "AFTERCLICK_LOG_LEVEL", "AFTERCLICK_CONFIG",
    "AFTERCLICK_SERVICE_HOST", "AFTERCLICK_SERVICE_PORT_HTTP", "AFTERCLICK_PORT_9464_TCP_ADDR",
  ])
  func `variables with another meaning are left alone`(variable: String) {
    #expect(Samples.problems(Samples.minimal, environment: [variable: "x"]).isEmpty)
  }

  @Test func `no variable can be blamed for what the file says`() {
    let problems = Samples.problems(
      "inputs: []\nconversions: [{name: c, when: {}}]",
      environment: ["AFTERCLICK_LATE__ACCEPT": "1d"])
    #expect(
      problems == [
        "1: inputs: expected at least one input, such as {topic: web-events, format: segment}, "
          + "found an empty list"
      ])
  }
}
