/// The minor unit of each currency: how many decimals its money has.
///
/// Facts from ISO 4217; a currency that is not listed, and a value without one, has two.
package enum Currency {
  private static let exceptions: [String: UInt8] = [
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
  ]

  /// Decimals of `code`'s minor unit.
  package static func minorUnitScale(of code: String?) -> UInt8 {
    guard let code else { return 2 }
    return exceptions[code] ?? 2
  }
}
