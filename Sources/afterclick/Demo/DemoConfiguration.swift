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
      alerts: \(application).funnel-alerts
      reports: \(application).channel-reports
      dead_letters: \(application).dead-letters

    processing:
      guarantee: \(guarantee.rawValue)
      checkpoint_interval: 30s
      # One shop's traffic is no load; a busy site has more.
      journeys_partitions: 4

    # What events say besides, to look at conversions and funnels by.
    dimensions:
      os: /context/os/name

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

    # What is watched: every step is compared with what those who took the one before let expect.
    funnels:
      - name: checkout
        # People of this shop order within minutes or not at all.
        within: 10m
        steps:
          - {name: product, when: {event: Product Viewed}}
          - {name: cart, when: {event: Product Added}}
          - {name: payment, when: {event: Checkout Started}}
          - {name: purchase, when: {event: Order Completed}}
        segments: [os, country]

    # All of it may raise one false alarm a week.
    alerts:
      false_alarms_per_week: 1

    # What every channel assisted, and what it closed.
    reports:
      dimensions: [channel]
      window: 1d

    # A touchpoint that comes this late still changes the conversions that it belongs to.
    late: {accept: 3d}

    """
  }
}
