import Foundation

/// Memory of a process, from /proc.
enum ProcessMemory {
  /// Resident bytes of this process.
  static var resident: Int { resident(of: "self") }

  /// Resident bytes of the process `id`; 0 once it is gone.
  static func resident(of id: Int32) -> Int { resident(of: String(id)) }

  private static func resident(of process: String) -> Int {
    let path = "/proc/\(process)/statm"
    guard let data = FileManager.default.contents(atPath: path) else { return 0 }
    let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
  }
}
