import HTTPWire
import Logging

extension GatewayLoop {
  /// Hears edge events as the configuration says, on this loop for the whole process. What goes on as before is left
  /// alone.
  func hearEdgeEvents(logger: Logger) {
    let wanted = plan.configuration.edgeEvents
    let servers = wanted.map { plan.configuration.upstreams[$0.upstream] }
    guard wanted != edgeEvents?.configuration || servers != edgeEvents?.servers else { return }
    edgeEvents?.stop()
    edgeEvents = nil
    guard let wanted, let servers else {
      shared.purges.setHearsPurges(true)
      shared.readiness.ready(EdgeEventClient.need)
      return
    }
    let client = EdgeEventClient(on: self, wanted, servers, shared, logger: logger)
    edgeEvents = client
    client.start()
  }

  /// An upstream's answer says what its request has changed: forgotten here before the client hears that it is done,
  /// so that his next request meets nothing of before. Other gateways hear of it by edge events.
  ///
  /// - Parameter bytes: what the head that was parsed last was read from.
  func purgeNamed(in bytes: Span<UInt8>) {
    for index in 0..<responseHead.fields.count where responseHead.fields[index].name == .cachePurgeTags {
      let value = responseHead.fields[index].valueRange
      var start = value.lowerBound
      for end in value.lowerBound...value.upperBound
      where end == value.upperBound || bytes[end] == UInt8(ascii: ",") {
        let tag = bytes.trimmed(start..<end)
        if !tag.isEmpty { purges.purge(tag: bytes.extracting(tag)) }
        start = end + 1
      }
    }
  }
}
