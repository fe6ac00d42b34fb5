/// Bucket bounds that several metrics share, so that their graphs compare.
package enum MetricBuckets {
  /// Seconds, for requests and queries: 100 µs to 10 s.
  package static let requestSeconds: [Double] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]

  /// Seconds, for jobs and calls to other services: 5 ms to 5 minutes.
  package static let jobSeconds: [Double] = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

  /// Bytes: 256 B to 16 MiB, in powers of four.
  package static let bytes: [Double] = [
    256, 1024, 4096, 16384, 65536, 262_144, 1_048_576, 4_194_304, 16_777_216,
  ]
}
