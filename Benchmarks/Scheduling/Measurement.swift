import Foundation

/// The CPU time of one operation, in nanoseconds: the median of samples that take some milliseconds each.
func measure(seconds: Double, _ operation: () -> Int) -> Double {
  var checksum = operation()
  // As many repetitions as make a sample long beside the clock's own cost.
  let once = max(1, timed(1, operation, &checksum))
  let repetitions = max(1, Int(4_000_000 / once))
  let end = cpuNanoseconds() + seconds * 1_000_000_000
  var samples: [Double] = []
  repeat { samples.append(timed(repetitions, operation, &checksum)) } while cpuNanoseconds() < end
  // Never so: the optimiser does not know, and computes what nobody reads.
  if checksum == .min { print(checksum) }
  return samples.sorted()[samples.count / 2]
}

private func timed(_ repetitions: Int, _ operation: () -> Int, _ checksum: inout Int) -> Double {
  let start = cpuNanoseconds()
  for _ in 0..<repetitions { checksum &+= operation() }
  return (cpuNanoseconds() - start) / Double(repetitions)
}

private func cpuNanoseconds() -> Double {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1_000_000_000 + Double(time.tv_nsec)
}
