import CUnicode

/// Cuts where the script changes, as SentencePiece does when it is trained.
enum UnicodeScripts {
  /// The script of each scalar; 0 belongs to any.
  private static let scripts: [UInt8] = {
    let runs = weft_script_runs()
    var table = [UInt8](repeating: 0, count: UnicodeTables.scalarCount)
    for index in 0..<Int(runs.count) {
      let end = index + 1 < Int(runs.count) ? Int(runs.values[index + 1] >> 8) : table.count
      for scalar in Int(runs.values[index] >> 8)..<end { table[scalar] = UInt8(runs.values[index] & 255) }
    }
    return table
  }()

  static func apply(to text: inout PieceText) {
    let scripts = scripts
    text.split { bytes, emit in
      guard let base = bytes.baseAddress else { return }
      var place = 0
      // What stands before the first scalar with a script is dropped, as in the library that this follows.
      var start = -1
      var last: UInt8 = 0
      while place < bytes.count {
        let scalar = ScalarAt(base, place)
        let script = scripts[Int(scalar.value)]
        if script != 0, script != last {
          if start >= 0 { emit(start, place) }
          start = place
          last = script
        }
        place += scalar.length
      }
      if start >= 0 { emit(start, bytes.count) }
    }
  }
}
