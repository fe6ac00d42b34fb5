/// What the route table says of a request.
package enum RouteMatch: Sendable, Equatable {
  /// The place of the route in the configuration.
  case route(Int)
  /// The path is served, but not to this method: 405 with `Allow`. `route` is the most specific one.
  case methodNotAllowed(MethodSet, route: Int)
  case notFound
}
