import Glibc

extension MetricsRegistry {
  /// Declares the standard metrics of a process, under the names that Prometheus' own client libraries
  /// use: CPU seconds, resident memory, open and permitted file descriptors, start time. Linux only; what
  /// cannot be read is left out of the scrape.
  package func declareProcessMetrics() {
    sampled(
      "process_cpu_seconds_total", kind: .counter, help: "User and system CPU time spent in seconds."
    ) { ProcessFacts.cpuSeconds }
    sampled("process_resident_memory_bytes", kind: .gauge, help: "Resident memory size in bytes.") {
      ProcessFacts.residentBytes
    }
    sampled("process_open_fds", kind: .gauge, help: "Number of open file descriptors.") {
      ProcessFacts.openFileDescriptors
    }
    sampled("process_max_fds", kind: .gauge, help: "Maximum number of open file descriptors.") {
      ProcessFacts.maximumFileDescriptors
    }
    let startTime = ProcessFacts.startTime
    sampled(
      "process_start_time_seconds", kind: .gauge,
      help: "Start time of the process since the Unix epoch in seconds."
    ) { startTime }
  }
}
