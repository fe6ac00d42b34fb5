import Glibc

/// What the kernel says about this process; `nil` where it does not say.
enum ProcessFacts {
  static var cpuSeconds: Double? { clock(CLOCK_PROCESS_CPUTIME_ID) }

  /// The second field of `/proc/self/statm`, in pages.
  static var residentBytes: Double? {
    let fields = contents(of: "/proc/self/statm")?.split(separator: " ")
    guard let fields, fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The entries of `/proc/self/fd` without `.`, `..` and the descriptor that the listing itself takes.
  static var openFileDescriptors: Double? {
    guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
    defer { unsafe closedir(folder) }
    var count = -3
    while unsafe readdir(folder) != nil { count += 1 }
    return Double(count)
  }

  static var maximumFileDescriptors: Double? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    return limit.rlim_cur == rlim_t.max ? .infinity : Double(limit.rlim_cur)
  }

  /// Field 22 of `/proc/self/stat` counts clock ticks since boot. The fields are counted from behind the
  /// last parenthesis, because the program's name may hold spaces and parentheses itself.
  static var startTime: Double? {
    guard let now = clock(CLOCK_REALTIME), let sinceBoot = clock(CLOCK_BOOTTIME),
      let stat = contents(of: "/proc/self/stat"), let name = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[name...].split(separator: " ")
    guard fields.count > 20, let ticks = Double(fields[20]) else { return nil }
    return now - sinceBoot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func clock(_ id: clockid_t) -> Double? {
    var time = timespec()
    guard unsafe clock_gettime(id, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The first 4 KiB of a file, enough for every file of `/proc` that is read here.
  private static func contents(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
