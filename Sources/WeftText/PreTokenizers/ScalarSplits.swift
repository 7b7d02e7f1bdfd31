// Cuts that look at one scalar at a time.

extension PieceText {
  /// Cuts pieces at the scalars that `isMatch` says.
  mutating func splitScalars(_ behavior: SplitBehavior, _ isMatch: (UnicodeTables, UInt32) -> Bool) {
    let tables = UnicodeTables.shared
    split { bytes, emit in
      guard let base = bytes.baseAddress else { return }
      var collector = SplitCollector(behavior)
      var place = 0
      var start = 0
      while place < bytes.count {
        let scalar = ScalarAt(base, place)
        if isMatch(tables, scalar.value) {
          switch behavior {
          case .removed, .isolated:
            emit(start, place)
            if behavior == .isolated { emit(place, place + scalar.length) }
            start = place + scalar.length
          default: collector.add(place..<place + scalar.length)
          }
        }
        place += scalar.length
      }
      switch behavior {
      case .removed, .isolated: emit(start, bytes.count)
      default: collector.finish(bytes.count, emit)
      }
    }
  }

  /// Keeps words, and runs of what is neither of a word nor white space.
  mutating func splitWords() {
    let tables = UnicodeTables.shared
    func kind(_ scalar: UInt32) -> Int {
      tables.has(scalar, .plainWord) ? 1 : tables.has(scalar, .whitespace) ? 0 : 2
    }
    split { bytes, emit in
      guard let base = bytes.baseAddress else { return }
      var place = 0
      var start = 0
      var last = 0
      while place < bytes.count {
        let scalar = ScalarAt(base, place)
        let now = kind(scalar.value)
        if now != last {
          if last != 0 { emit(start, place) }
          start = place
          last = now
        }
        place += scalar.length
      }
      if last != 0 { emit(start, bytes.count) }
    }
  }

  /// Cuts pieces of so many scalars.
  mutating func splitEvery(_ length: Int) {
    split { bytes, emit in
      guard let base = bytes.baseAddress else { return }
      var place = 0
      var start = 0
      var count = 0
      while place < bytes.count {
        place += ScalarAt(base, place).length
        count += 1
        if count == length {
          emit(start, place)
          start = place
          count = 0
        }
      }
      emit(start, bytes.count)
    }
  }
}
