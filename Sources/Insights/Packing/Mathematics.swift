#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The few functions that the formulas need; the only place that asks the C library.
enum Mathematics {
  static func log(_ number: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log(number)
    #else
      Darwin.log(number)
    #endif
  }

  static func exp(_ number: Double) -> Double {
    #if canImport(Glibc)
      Glibc.exp(number)
    #else
      Darwin.exp(number)
    #endif
  }
}
