/// A password that no print, dump or reflection of what holds it can show.
struct SMTPPassword: Sendable, CustomStringConvertible, CustomReflectable {
  let text: String

  var description: String { "(hidden)" }
  var customMirror: Mirror { Mirror(self, children: [:]) }
}
