internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// What the system says of this process.
package struct ProcessFigures: Hashable, Sendable {
  /// Seconds of CPU, in user mode and in the kernel.
  package var cpuSeconds = 0.0
  package var residentBytes = 0
  package var openFiles = 0
  package var maximumFiles = 0

  package init() {}

  /// The figures as of now; zeros where the system has no `/proc`.
  package static var now: ProcessFigures {
    var figures = ProcessFigures()
    let stat = String(
      decoding: FileManager.default.contents(atPath: "/proc/self/stat") ?? Data(), as: UTF8.self)
    // The second field is the program's name in parentheses, whatever is in it.
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    if fields.count > 21 {
      let ticks = (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)
      figures.cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
      figures.residentBytes = (Int(fields[21]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
    do {
      figures.openFiles =
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    } catch {
      figures.openFiles = 0
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      figures.maximumFiles = Int(clamping: limit.rlim_cur)
    }
    return figures
  }
}
