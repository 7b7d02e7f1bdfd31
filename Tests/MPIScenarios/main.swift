// What the tests run under mpirun: one scenario a process, named by the first argument.

import Foundation
import Weft
import WeftMPI

let scenarios: [String: (Communicator, [String]) throws -> Void] = [
  "collectives": collectives, "mismatch": mismatch, "size": size, "ended": ended, "stopped": stopped, "late": late,
  "killed": killed, "failed": failed, "models": models, "drift": drift, "train": train, "loop": loop,
  "crossed": crossed, "speed": speed, "parts": parts, "again": again, "broken": broken,
  "lanes": lanes, "names": names, "apart": apart, "noisy": noisy,
]

let words = Array(CommandLine.arguments.dropFirst())
guard let name = words.first, let scenario = scenarios[name] else {
  fatalError("no scenario \(words)")
}
Interrupt.install()
var rank = Launch.current?.rank ?? 0
do {
  let communicator = try Communicator.launched()
  do {
    try scenario(communicator, Array(words.dropFirst()))
    communicator.close()
  } catch {
    communicator.leave(because: error)
    throw error
  }
} catch {
  FileHandle.standardError.write(Data("rank \(rank): \(error)\n".utf8))
  exit(1)
}

/// One line, on its own.
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

struct Wrong: Error { let what: String }

func expect(_ isRight: Bool, _ what: String) throws { if !isRight { throw Wrong(what: what) } }
