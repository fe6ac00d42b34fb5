/// Called by libFuzzer with each input that it makes up, guided by the code that earlier ones reached; `.make/fuzz
/// --coverage` builds it so. A violation ends the process, which is how libFuzzer learns of it and keeps the input.
@c(LLVMFuzzerTestOneInput)
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  var invariants = Invariants()
  if let violation = invariants.violation(of: input) { fatalError(violation) }
  return 0
}
