// What slots cost in CPU, arithmetic alone: one line per work, with its bound. See README.md.
import Foundation
import Scheduling

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 1
for work in Work.all {
  let measured = measure(seconds: seconds, work.run)
  print(work.line(measured))
}
