internal import Attribution

extension AuditSettings {
  /// Rules for the traffic of `ShopTraffic`: purchases with their value and what
  /// is given back, and sign-ups.
  package static var shop: AuditSettings {
    var settings = AuditSettings()
    settings.touchpoints = [
      .visit,
      .event("Email Link Clicked", name: "email_click", interaction: .click),
      .event("Ad Viewed", name: "ad_view", interaction: .view),
    ]
    var purchase = AuditConversionRule(name: "purchase", event: "Order Completed")
    purchase.value = .pointer("/properties/revenue")
    purchase.currency = .pointer("/properties/currency")
    purchase.deduplicateBy = "/properties/order_id"
    purchase.models = [
      .firstTouch, .lastTouch, .lastNonDirectTouch, .linear, .timeDecay(halfLife: .days(7)),
      .positionBased,
    ]
    settings.adjustments = [
      AuditAdjustment(
        event: "Order Refunded", conversion: "purchase", key: "/properties/order_id",
        change: .subtract("/properties/revenue")),
      AuditAdjustment(
        event: "Order Cancelled", conversion: "purchase", key: "/properties/order_id",
        change: .cancel),
    ]
    settings.conversions = [purchase, AuditConversionRule(name: "signup", event: "Signed Up")]
    return settings
  }
}
