internal import Attribution

/// Referrers that never take credit: sites that a buyer only passes through on the way back.
enum IgnoredReferrers {
  /// Payment providers and the banks' checks of card payments. A host covers its subdomains.
  static let paymentProviders = [
    "2checkout.com", "adyen.com", "affirm.com", "afterpay.com", "alipay.com", "arcot.com",
    "authorize.net", "bluesnap.com", "braintreegateway.com", "cardinalcommerce.com",
    "checkout.com", "clearpay.co.uk", "cybersource.com", "giropay.de", "klarna.com",
    "mercadopago.com", "mollie.com", "multisafepay.com", "ogone.com", "pay.amazon.com",
    "pay.google.com", "payments.amazon.com", "paypal.com", "paysafecard.com", "paytrail.com",
    "payu.com", "przelewy24.pl", "razorpay.com", "sagepay.com", "shop.app", "skrill.com",
    "sofort.com", "stripe.com", "twint.ch", "wlp-acs.com", "worldpay.com",
  ]

  static func read(in document: inout SectionReader) -> [NormalizedText] {
    guard let value = document.optional("ignored_referrers") else {
      let tree = ConfigurationTree.list(paymentProviders.map { .text($0) })
      document.fillIn("ignored_referrers", tree.value)
      return paymentProviders.map { NormalizedText($0) }
    }
    return (value.list("a list of hosts such as [paypal.com]") ?? []).compactMap(host)
  }

  private static func host(_ value: ValueReader) -> NormalizedText? {
    if let text = value.scalar, isHost(text) { return NormalizedText(text) }
    value.expected("a host such as paypal.com, without scheme, port and path")
    return nil
  }

  private static func isHost(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && labels.allSatisfy { label in
        !label.isEmpty && label.utf8.allSatisfy { $0 > 0x20 && !"/:?#@*,".utf8.contains($0) }
      }
  }
}
