import Foundation
import Synchronization

/// Ports on loopback that nobody uses, from below the range that the system takes for outgoing connections: a
/// server that is killed and started again must find its port free.
enum Ports {
  private static let given = Mutex<Set<Int>>([])

  static func free() throws -> Int {
    for _ in 0..<200 {
      let port = Int.random(in: 20_001..<32_000)
      let isNew = given.withLock { $0.insert(port).inserted }
      if isNew, (try? HTTPConnection(port: port)) == nil { return port }
    }
    throw EndToEndError("no free port")
  }
}
