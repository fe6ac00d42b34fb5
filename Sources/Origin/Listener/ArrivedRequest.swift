import Hummingbird
import HummingbirdCore

/// One request, whole, and what its answer must know of it.
final class ArrivedRequest: Sendable {
  let request: Request
  /// HEAD: its answer has no body, whatever its head says.
  let isHead: Bool
  /// The client speaks HTTP/1.1.
  let takesChunks: Bool
  let keepsAlive: Bool

  init(_ request: Request, isHead: Bool, takesChunks: Bool, keepsAlive: Bool) {
    self.request = request
    self.isHead = isHead
    self.takesChunks = takesChunks
    self.keepsAlive = keepsAlive
  }
}
