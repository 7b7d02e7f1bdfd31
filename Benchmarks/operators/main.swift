import Foundation
import Weft

// usage: operators [--seconds S] [--threads N] CASE...
// CASE is "function shape dtype layout pass", a line of cases.txt with one pass.
// Prints one JSON line for each: {"peer", "case", "median_ms", "min_ms", "steps"}.

var words = Array(CommandLine.arguments.dropFirst())
var seconds = 0.3
var names: [String] = []
while let word = words.first {
  words.removeFirst()
  switch word {
  case "--seconds": seconds = words.isEmpty ? seconds : Double(words.removeFirst()) ?? seconds
  case "--threads": Threads.count = words.isEmpty ? 1 : Int(words.removeFirst()) ?? 1
  default: names.append(word)
  }
}

Random.seed(0)
for name in names {
  guard let subject = OperatorCase(name) else {
    FileHandle.standardError.write(Data("operators: no case \"\(name)\"\n".utf8))
    continue
  }
  print(subject.measured(seconds: seconds))
  fflush(nil)
}
