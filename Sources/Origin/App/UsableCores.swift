import Foundation

/// How many cores this process may run on: a container or `taskset` may leave it fewer than the machine has.
enum UsableCores {
  /// At least one (`Cpus_allowed` of proc(5), a mask in hexadecimal).
  static var count: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let mask = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") } ?? ""
    let digits = mask.drop { $0 != ":" }.compactMap(\.hexDigitValue)
    return max(1, digits.reduce(0) { $0 + $1.nonzeroBitCount })
  }
}
