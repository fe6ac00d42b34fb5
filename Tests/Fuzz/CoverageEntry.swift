#if FUZZ_HTTP2
  /// One for all inputs, because its tables take longer to make than an input takes; libFuzzer has one thread.
  nonisolated(unsafe) private var play = HTTP2Play()
#endif

/// Called by libFuzzer with each input that it makes up, guided by the code that earlier ones reached; `.make/fuzz
/// --coverage` builds it so, for HTTP/2 with a flag of its own. A violation ends the process, which is how libFuzzer
/// learns of it and keeps the input.
@c(LLVMFuzzerTestOneInput)
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  #if FUZZ_HTTP2
    if let violation = unsafe play.violation(of: input) { fatalError(violation) }
    return 0
  #else
    // Some first bytes, which Invariants has no need of, are for HTTP/2.
    if let first = input.first, first >= 0xF0, input.count > 3 {
      let rest = Array(input[3...])
      var trial = HTTP2Trial(seed: 1)
      let cut = Int(input[1]) * 4 % rest.count
      if let violation = trial.violation(of: rest, cuts: [0, cut]) { fatalError(violation) }
      return 0
    }
    var invariants = Invariants()
    if let violation = invariants.violation(of: input) { fatalError(violation) }
    return 0
  #endif
}
