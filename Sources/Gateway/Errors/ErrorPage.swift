/// The page that a person sees when the gateway has no better one. Nothing in it comes from the request.
package enum ErrorPage {
  package static func html(status: Int) -> [UInt8] {
    let (title, advice) = words(status)
    return Array(
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark"><title>\(title)</title></head>
      <body><main><h1>\(title)</h1><p>\(advice)</p><p><a href="/">Go to the start page</a></p></main></body></html>

      """.utf8)
  }

  private static func words(_ status: Int) -> (title: String, advice: String) {
    switch status {
    case 404: ("Page not found", "Nothing is at this address. Check the link you followed.")
    case 405: ("That cannot be done here", "This page can only be read.")
    case 429: ("Too many requests", "Please wait a moment and try again.")
    case 400..<500: ("That request did not work", "Check the address and try again.")
    case 504: ("This is taking too long", "The service did not answer in time. Please try again shortly.")
    default: ("We cannot answer right now", "Please try again shortly.")
    }
  }
}
