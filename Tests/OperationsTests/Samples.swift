import Attribution
import Operations
import Testing

/// Configurations that tests start from.
enum Samples {
  /// Valid, and as short as it gets.
  static let minimal = """
    inputs: [{topic: web-events, format: segment}]
    conversions: [{name: purchase, when: {event: Order Completed}}]
    """

  /// The design document's example as it stands there.
  static let design = """
    application_id: afterclick          # consumer group, transactional id and internal topic prefix

    kafka:                              # any librdkafka property, under librdkafka's own name
      bootstrap.servers: localhost:9092
      security.protocol: plaintext

    inputs:
      - topic: web-events
        format: segment                 # segment (also RudderStack, Jitsu) | snowplow | cloudevents | mapped
      - topic: snowplow-enriched-good
        format: snowplow                # enriched TSV or the Analytics SDK's JSON
      - topic: crm-stages
        format: mapped                  # any JSON: say where each field is
        fields: {event: /stage, person: /contact/email, time: /changed_at, id: /change_id}

    outputs:                            # names; these are the defaults
      conversions: attributed-conversions
      alerts: funnel-alerts
      reports: channel-reports
      dead_letters: afterclick-dead-letters

    processing:
      guarantee: exactly_once           # | at_least_once
      checkpoint_interval: 30s
      state: {store: rocksdb, directory: /var/lib/afterclick}

    channels:
      defaults: ga4                     # or none
      rules:                            # before the defaults, first match wins
        - channel: Paid Search Brand
          when: {medium: [cpc, ppc], campaign: {matches: brand}}

    touchpoints:
      - name: visit                     # the default rule
        when: {type: [page, screen], any: [{has: campaign}, {starts_session: true}]}
      - name: email_click
        when: {event: Email Link Clicked}
        interaction: click
      - name: ad_view
        when: {event: Ad Viewed}
        interaction: view

    conversions:
      - name: purchase
        when: {event: Order Completed}
        kind: macro
        value: /properties/revenue
        currency: /properties/currency
        deduplicate_by: /properties/order_id
        lookback: {click: 30d, visit: 30d, view: 1d}
        path: {transforms: [exposure], dimension: channel, exclude_channels: []}
        models: [first_touch, last_touch, last_non_direct_touch, linear, {time_decay: {half_life: 7d}}, position_based]
      - name: signup
        when: {event: Signed Up}
        kind: micro

    adjustments:
      - when: {event: Order Refunded}
        conversion: purchase
        key: /properties/order_id
        subtract: /properties/revenue

    funnels:
      - name: checkout
        within: 1d
        steps:
          - {name: product, when: {event: Product Viewed}}
          - {name: cart,    when: {event: Product Added}}
          - {name: payment, when: {event: Checkout Started}, within: 2h}
          - {name: purchase, when: {event: Order Completed}}
        segments: [device, channel, country]

    alerts:
      false_alarms_per_week: 1
      runbook_url: https://wiki.example/runbooks/{funnel}/{step}

    identity: {stitch: true}
    consent: {required: []}
    late: {accept: 3d}
    http: {listen: 127.0.0.1:9464}
    """

  /// The messages for `yaml`, each without the file's name; none if it is valid.
  static func problems(_ yaml: String, environment: [String: String] = [:]) -> [String] {
    do throws(ConfigurationError) {
      _ = try Configuration.parse(yaml, file: "F", environment: environment)
      return []
    } catch {
      return error.lines.map { $0.hasPrefix("F:") ? String($0.dropFirst(2)) : $0 }
    }
  }
}
