import Foundation

/// `stream-fuzz [--seconds N] [--seed S]`: plays HTTP/2 connections through the gateway's engine until the time is over. Prints the
/// first seed with which something does not hold, and exits 1. Build with `--sanitize=address` to have memory watched as well.
@main
enum StreamFuzzMain {
  static func main() throws {
    let seconds = value("--seconds").flatMap(Double.init) ?? 60
    let only = value("--seed").flatMap(UInt64.init)
    var seed = only ?? UInt64.random(in: 1...UInt64.max / 2)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var (connections, answered) = (0, 0)
    repeat {
      let play = try StreamPlay(seed: seed)
      for number in 0..<200 {
        guard let finding = try play.next() else { continue }
        print("seed \(seed), connection \(number): \(finding)")
        exit(1)
      }
      connections += play.connections
      answered += play.answered
      seed &+= 1
    } while only == nil && clock.now < end
    print("up to seed \(seed): \(connections) connections, \(answered) requests answered, nothing found")
  }

  private static func value(_ name: String) -> String? {
    let arguments = CommandLine.arguments
    return arguments.firstIndex(of: name).flatMap {
      arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil
    }
  }
}
