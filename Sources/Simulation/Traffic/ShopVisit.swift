/// One person's way through the shop, a step at a time.
struct ShopVisit {
  /// What the person does next.
  enum Action: UInt8 {
    /// Sees an ad and does not come.
    case adOnly
    /// Sees an ad, comes a little later.
    case adFirst
    case emailClick, landing, browse, signUp, product, cart, checkout, order
    /// The order is reported by a second source.
    case orderAgain
    /// Some of the money goes back, or all of it.
    case refund
    case cancel
    case leave
  }

  let person: Int
  let channel: ShopChannel
  let campaign: Int
  /// Makes the tracker's session id.
  let number: UInt64
  var next: Action
  var pagesLeft: Int
  var productsLeft: Int
  var product = 0
  var cents = 0
  var orderNumber = 0
  var refundedCents = 0

  /// Milliseconds until the next action, which are always far less than a session's timeout.
  func pause(_ generator: inout SeededGenerator) -> Int64 {
    switch next {
    case .adOnly, .adFirst, .emailClick: 0
    case .landing: generator.within(1_000...4_000)
    case .browse, .product, .cart: generator.within(4_000...50_000)
    case .signUp, .checkout, .order: generator.within(15_000...120_000)
    case .orderAgain: generator.within(500...5_000)
    case .refund, .cancel: generator.within(2_000...200_000)
    case .leave: 0
    }
  }
}
