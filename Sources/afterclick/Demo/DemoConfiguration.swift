/// The configuration that the demo runs with: also an example to copy.
struct DemoConfiguration {
  /// What a crash may do to results, as the configuration spells it.
  enum Guarantee: String {
    case exactlyOnce = "exactly_once"
    case atLeastOnce = "at_least_once"
  }

  var application: String
  var bootstrapServers: String
  var guarantee: Guarantee

  /// The topic that the simulated shop sends to.
  var input: String { "\(application).web-events" }

  var yaml: String {
    """
    # The configuration of `afterclick demo`: a shop whose site sends Segment events.
    #
    #   afterclick check --config demo.yaml      is it right?
    #   afterclick topics --config demo.yaml     create its topics
    #   afterclick run --config demo.yaml        the daemon
    #   afterclick simulate --config demo.yaml   the shop

    # Consumer group, transactional id and prefix of the internal topics.
    application_id: \(application)

    # Any librdkafka property under its own name.
    kafka:
      bootstrap.servers: \(bootstrapServers)

    inputs:
      - {topic: \(input), format: segment}

    outputs:
      conversions: \(application).attributed-conversions
      dead_letters: \(application).dead-letters

    processing:
      guarantee: \(guarantee.rawValue)
      checkpoint_interval: 30s
      journeys_partitions: 4

    # What can earn credit. The first rule that matches names the touchpoint.
    touchpoints:
      - name: ad_view
        when: {event: Ad Viewed}
        interaction: view
      - name: email_click
        when: {event: Email Link Clicked}
        interaction: click
      - name: visit
        when: {type: [page, screen], any: [{has: campaign}, {starts_session: true}]}

    # What has value.
    conversions:
      - name: purchase
        when: {event: Order Completed}
        kind: macro
        value: /properties/revenue
        currency: /properties/currency
        # One order is one conversion, however often it is reported.
        deduplicate_by: /properties/order_id
        # A view counts for a day, and only where there was no click.
        lookback: {click: 30d, visit: 30d, view: 1d}
        views: when_no_click
        models:
          - first_touch
          - last_touch
          - last_non_direct_touch
          - linear
          - time_decay: {half_life: 7d}
          - position_based: {first: 0.4, last: 0.4}
      - name: signup
        when: {event: Signed Up}
        kind: micro
        models: [first_touch, last_touch, linear, position_based]

    # A touchpoint that comes this late still changes the conversions that it belongs to.
    late: {accept: 3d}

    """
  }
}
