import Foundation
import HTTPWire

/// `http-fuzz --seconds N [--seed S] [folder]`: feeds mutated requests to our reader and to NIO's until the
/// time is over. Prints and keeps the first input on which they differ, and exits 1. Build with
/// `--sanitize=address` to have memory watched as well.
@main
enum FuzzMain {
  static func main() throws {
    let arguments = CommandLine.arguments
    let seconds = value("--seconds", arguments).flatMap(Double.init) ?? 60
    let seed = value("--seed", arguments).flatMap(UInt64.init) ?? UInt64.random(in: 1...UInt64.max)
    let folder = value("--corpus", arguments) ?? "Tests/Corpus/http1/requests"
    var mutator = Mutator(seed: seed, seeds: try FuzzSeeds.read(folder))
    var judge = Judge()
    var http2 = HTTP2Trial(seed: seed)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
      for _ in 0..<100 {
        guard let difference = http2.next() else { continue }
        print("seed \(seed), HTTP/2:\n\(difference)")
        exit(1)
      }
      for _ in 0..<500 {
        let input = mutator.next()
        guard let difference = judge.disagreement(on: input) else { continue }
        let file = "finding-\(seed).bin"
        try Data(input).write(to: URL(filePath: file))
        print(
          "seed \(seed), input kept in \(file):\n\(String(decoding: input, as: UTF8.self))\n\(difference)")
        exit(1)
      }
    }
    print("seed \(seed): \(judge.agreed) read alike, \(judge.refused) refused or incomplete, none read apart")
    print("HTTP/2: \(http2.requests) requests, \(http2.errors) connections refused")
  }

  private static func value(_ name: String, _ arguments: [String]) -> String? {
    arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
  }
}
