import Weft
import WeftMPI

/// What a command says on standard error when it goes wrong.
enum Complaint {
  /// In one line, with the rank where there are several.
  static func say(_ message: String) {
    let rank = Launch.current.map { "rank \($0.rank): " } ?? ""
    ProgressOutput.standardError.write("weft: \(rank)\(oneLine(message))\n")
  }
}
