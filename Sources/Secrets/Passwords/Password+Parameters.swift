extension Password {
  /// How much work one hash is.
  package struct Parameters: Sendable, Hashable {
    /// N = 2^costLog2, the CPU and memory cost.
    package let costLog2: Int
    /// r, the block size in units of 128 bytes.
    package let blockSize: Int
    /// p, how many times in a row.
    package let parallelism: Int

    /// OWASP's password storage advice (2^15, 8, 3): 32 MB and about 250 ms on one slow server core, the same
    /// strength as 2^17 with p = 1 in a quarter of its memory.
    package static let recommended = Parameters(costLog2: 15, blockSize: 8, parallelism: 3)!

    /// For tests that need an account and do not test passwords: 2 MB, a few milliseconds.
    package static let quick = Parameters(costLog2: 11, blockSize: 8, parallelism: 1)!

    /// Nil outside of what this program is ready to compute: a stored string must not be able to ask for
    /// more than 128 MB or minutes of CPU.
    package init?(costLog2: Int, blockSize: Int, parallelism: Int) {
      guard (10...20).contains(costLog2), (1...32).contains(blockSize), (1...16).contains(parallelism) else {
        return nil
      }
      self.costLog2 = costLog2
      self.blockSize = blockSize
      self.parallelism = parallelism
      guard memory <= 128 << 20 else { return nil }
    }

    /// Bytes that one hash takes while it runs.
    package var memory: Int { 128 * blockSize << costLog2 }
  }
}
