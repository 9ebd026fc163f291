/// Writes what people do in the shop as Segment events.
struct ShopEventWriter {
  /// What an event says beside its kind and its person.
  struct Occasion {
    var time: Int64
    /// When it left the device, if that was long after it happened.
    var sentAt: Int64?
    var receivedAt: Int64
    var messageID: (UInt64, UInt64)
    var withUserID: Bool
  }

  private let namesSystem: Bool
  private var buffer = EventBytes()

  init(namesSystem: Bool) {
    self.namesSystem = namesSystem
  }

  /// The event written last.
  var bytes: [UInt8] { buffer.bytes }

  /// Replaces what was written before by the event that `action` causes.
  mutating func write(
    _ action: ShopVisit.Action, of visit: ShopVisit, by person: ShopPerson, on occasion: Occasion
  ) {
    buffer.removeAll()
    switch action {
    case .landing, .browse: buffer.append("{\"type\":\"page\"")
    case .adOnly, .adFirst: appendTrack("Ad Viewed")
    case .emailClick: appendTrack("Email Link Clicked")
    case .signUp: appendTrack("Signed Up")
    case .product: appendTrack("Product Viewed")
    case .cart: appendTrack("Product Added")
    case .checkout: appendTrack("Checkout Started")
    case .order, .orderAgain: appendTrack("Order Completed")
    case .refund: appendTrack("Order Refunded")
    case .cancel: appendTrack("Order Cancelled")
    case .leave: preconditionFailure("leaving is not an event")
    }
    appendEnvelope(of: person, on: occasion)
    appendContext(action, of: visit, by: person)
    appendProperties(action, of: visit, by: person)
    buffer.append("}")
  }

  private mutating func appendTrack(_ event: StaticString) {
    buffer.append("{\"type\":\"track\",\"event\":\"")
    buffer.append(event)
    buffer.append("\"")
  }

  private mutating func appendEnvelope(of person: ShopPerson, on occasion: Occasion) {
    buffer.append(",\"messageId\":\"")
    buffer.append(uuid: occasion.messageID.0, occasion.messageID.1)
    buffer.append("\",\"anonymousId\":\"")
    buffer.append(uuid: person.anonymousID.0, person.anonymousID.1)
    if occasion.withUserID {
      buffer.append("\",\"userId\":\"u-")
      buffer.append(number: person.number)
    }
    buffer.append("\",\"timestamp\":\"")
    buffer.append(time: occasion.time)
    if let sentAt = occasion.sentAt {
      buffer.append("\",\"sentAt\":\"")
      buffer.append(time: sentAt)
    }
    buffer.append("\",\"receivedAt\":\"")
    buffer.append(time: occasion.receivedAt)
    buffer.append("\"")
  }

  private mutating func appendContext(
    _ action: ShopVisit.Action, of visit: ShopVisit, by person: ShopPerson
  ) {
    buffer.append(",\"context\":{")
    switch action {
    case .adOnly, .adFirst:
      appendCampaign(source: "criteo", medium: "display", of: visit)
    case .emailClick:
      appendCampaign(source: "newsletter", medium: "email", of: visit)
    default:
      appendPage(action, of: visit)
      // Ad servers and mailers know nothing of the tracker's sessions.
      if person.hasSessionID {
        buffer.append(",\"sessionId\":\"")
        buffer.append(hex: visit.number, digits: 12)
        buffer.append("\"")
      }
    }
    buffer.append(",\"userAgent\":\"")
    buffer.append(person.device.userAgent)
    if namesSystem {
      buffer.append("\",\"os\":{\"name\":\"")
      buffer.append(person.device.system)
      buffer.append("\"}")
    } else {
      buffer.append("\"")
    }
    buffer.append(",\"location\":{\"country\":\"")
    buffer.append(person.country)
    buffer.append("\"}}")
  }

  private mutating func appendCampaign(
    source: StaticString, medium: StaticString, of visit: ShopVisit
  ) {
    buffer.append("\"campaign\":{\"source\":\"")
    buffer.append(source)
    buffer.append("\",\"medium\":\"")
    buffer.append(medium)
    buffer.append("\",\"name\":\"")
    buffer.append(ShopChannel.campaigns[visit.campaign])
    buffer.append("\"}")
  }

  private mutating func appendPage(_ action: ShopVisit.Action, of visit: ShopVisit) {
    buffer.append("\"page\":{\"url\":\"https://shop.example/")
    switch action {
    case .landing: appendLandingQuery(of: visit)
    case .cart: buffer.append("cart")
    case .checkout, .order, .orderAgain, .refund, .cancel: buffer.append("checkout")
    case .signUp: buffer.append("account/new")
    default:
      buffer.append("p/")
      buffer.append(number: visit.product)
    }
    buffer.append("\"")
    let referrer: StaticString =
      switch action {
      case .landing: visit.channel.referrer
      case .browse: "https://shop.example/"
      default: ""
      }
    if referrer.utf8CodeUnitCount > 0 {
      buffer.append(",\"referrer\":\"")
      buffer.append(referrer)
      buffer.append("\"")
    }
    buffer.append("}")
  }

  private mutating func appendLandingQuery(of visit: ShopVisit) {
    if let (source, medium) = visit.channel.campaignSource {
      buffer.append("?utm_source=")
      buffer.append(source)
      buffer.append("&utm_medium=")
      buffer.append(medium)
      buffer.append("&utm_campaign=")
      buffer.append(ShopChannel.campaigns[visit.campaign])
    } else if visit.channel == .paidSearchByClickID {
      buffer.append("?gclid=Cj0KCQ")
      buffer.append(hex: SeededGenerator.mixed(visit.number), digits: 16)
    }
  }

  private mutating func appendProperties(
    _ action: ShopVisit.Action, of visit: ShopVisit, by person: ShopPerson
  ) {
    switch action {
    case .product, .cart:
      buffer.append(",\"properties\":{\"product_id\":\"p")
      buffer.append(number: visit.product)
      buffer.append("\",\"price\":")
      buffer.append(cents: visit.cents)
      buffer.append("}")
    case .checkout:
      buffer.append(",\"properties\":{\"value\":")
      buffer.append(cents: visit.cents)
      buffer.append("}")
    case .order, .orderAgain:
      buffer.append(",\"properties\":{\"order_id\":\"ord-")
      buffer.append(number: visit.orderNumber)
      // The second source is a system that writes money as text.
      buffer.append(action == .order ? "\",\"revenue\":" : "\",\"revenue\":\"")
      buffer.append(cents: visit.cents)
      buffer.append(action == .order ? ",\"currency\":\"" : "\",\"currency\":\"")
      buffer.append(person.currency)
      buffer.append("\"}")
    case .refund, .cancel:
      buffer.append(",\"properties\":{\"order_id\":\"ord-")
      buffer.append(number: visit.orderNumber)
      if action == .refund {
        buffer.append("\",\"revenue\":")
        buffer.append(cents: visit.refundedCents)
        buffer.append("}")
      } else {
        buffer.append("\"}")
      }
    case .signUp: buffer.append(",\"properties\":{\"plan\":\"free\"}")
    default: break
    }
  }
}

// Garbage.
extension ShopEventWriter {
  /// Writes garbage of `kind`, as `person` might send it in the middle of `visit`.
  ///
  /// Returns `false` for a tombstone, which has no bytes.
  mutating func write(
    _ kind: ShopGarbage, in visit: ShopVisit, by person: ShopPerson, on occasion: Occasion,
    cutAt fraction: Double
  ) -> Bool {
    var occasion = occasion
    switch kind {
    case .tombstone: return false
    case .empty: buffer.removeAll()
    case .truncated, .invalidUTF8:
      write(.browse, of: visit, by: person, on: occasion)
      let cut = 1 + Int(fraction * Double(buffer.bytes.count - 1))
      if kind == .truncated {
        buffer.bytes.removeSubrange(cut...)
      } else {
        // No byte of UTF-8 text is 0xff, wherever it stands.
        buffer.bytes.insert(0xff, at: cut)
      }
    case .wrongTypes:
      buffer.removeAll()
      buffer.append(
        "{\"type\":[\"track\"],\"event\":7,\"messageId\":{\"id\":1},\"anonymousId\":[],")
      buffer.append("\"userId\":{},\"timestamp\":true,\"context\":\"none\",\"properties\":[1,2,3]}")
    case .notAnObject:
      buffer.removeAll()
      buffer.append(fraction < 0.34 ? "[1,2,3]" : fraction < 0.67 ? "42" : "\"page\"")
    case .unreadableValue, .notANumber:
      appendBrokenOrder(kind, in: visit, by: person, on: occasion)
    case .deepNesting:
      write(.browse, of: visit, by: person, on: occasion)
      buffer.bytes.removeLast()
      buffer.append(",\"properties\":")
      for _ in 0..<2_000 { buffer.append("{\"a\":") }
      buffer.append("0")
      for _ in 0..<2_000 { buffer.append("}") }
      buffer.append("}")
    case .farFuture:
      occasion.time = 253_402_300_799_999
      write(.browse, of: visit, by: person, on: occasion)
    }
    return true
  }

  private mutating func appendBrokenOrder(
    _ kind: ShopGarbage, in visit: ShopVisit, by person: ShopPerson, on occasion: Occasion
  ) {
    buffer.removeAll()
    appendTrack("Order Completed")
    appendEnvelope(of: person, on: occasion)
    appendContext(.order, of: visit, by: person)
    buffer.append(",\"properties\":{\"order_id\":\"broken-")
    buffer.append(hex: occasion.messageID.0, digits: 16)
    buffer.append("\",\"revenue\":")
    buffer.append(kind == .notANumber ? "NaN" : "{\"amount\":1}")
    buffer.append(",\"currency\":\"EUR\"}}")
  }
}
