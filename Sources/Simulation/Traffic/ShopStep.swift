/// The steps from a landing to an order.
package enum ShopStep: Hashable, CaseIterable, Sendable {
  case product, cart, checkout, order

  /// How often the step is taken by people who took the one before.
  var probability: Double {
    switch self {
    case .product: 0.8
    case .cart: 0.55
    case .checkout: 0.8
    case .order: 0.8
    }
  }
}
