import Foundation
import Testing
import Weft

/// What tests of trainings on data of one's own share.
enum OwnRuns {
  /// Trains through, then again from a checkpoint in the middle, and compares what is left, to the bit.
  ///
  /// - Parameter arguments: The command without a folder, for a few steps.
  static func checkResume(_ arguments: [String], in folder: TemporaryFolder, at step: Int) throws {
    let options = ["--seed", "5", "--threads", "2", "--keep", "1000", "--save-every", "1"]
    let whole = try Program(arguments + options + ["--out", folder("whole")]).outcome()
    #expect(whole.status == 0, "\(whole.complaint)")
    try FileManager.default.copyItem(atPath: folder("whole"), toPath: folder("half"))
    // As if the run had been killed in that step: nothing newer is there.
    for path in Checkpoints.paths(in: folder("half/checkpoints")) {
      let number = path.split(separator: "-").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
      if number > step { try FileManager.default.removeItem(atPath: path) }
    }
    for file in ["report.html", "findings.json", "metrics.csv", "model.safetensors"] {
      try FileManager.default.removeItem(atPath: folder("half/\(file)"))
    }
    let resumed = try Program(arguments + ["--resume", folder("half")]).outcome()
    #expect(resumed.status == 0, "\(resumed.complaint)")
    #expect(resumed.output.contains("going on after step \(step)"), "\(resumed.output)")
    for file in ["model.safetensors", "metrics.csv", "curves.svg", "findings.json", "health.json", "plan.json"] {
      #expect(try folder.contents("half/\(file)") == folder.contents("whole/\(file)"), "\(file)")
    }
    #expect(FileManager.default.fileExists(atPath: folder("half/report.html")))
  }

  /// The number that a line of output has after some words.
  static func number(in output: String, after words: String) throws -> Double {
    let start = try #require(output.range(of: words), "\(output)").upperBound
    return try #require(Double(output[start...].prefix { $0.isNumber || $0 == "." || $0 == "-" }))
  }

  static let files = [
    "checkpoints", "config.json", "curves.svg", "findings.json", "health.json", "manifest.json", "metrics.csv",
    "model.safetensors", "plan.json", "report.html",
  ]
}
