/// Cuts at what a pattern finds.
struct PatternSplit: Sendable {
  private let pattern: PatternProgram
  private let behavior: SplitBehavior
  private let isInverted: Bool

  init(_ pattern: PatternProgram, _ behavior: SplitBehavior, isInverted: Bool = false) {
    self.pattern = pattern
    self.behavior = behavior
    self.isInverted = isInverted
  }

  init(_ field: ConfigField) throws(TokenizerError) {
    pattern = try PatternProgram(try field.required("pattern"))
    behavior = try field.required("behavior").choice(SplitBehavior.names)
    isInverted = try field.required("invert").boolean()
  }

  func apply(to text: inout PieceText) throws(TokenizerError) {
    try text.split { bytes, emit throws(TokenizerError) in
      if behavior == .isolated {
        var last = 0
        try PatternMatcher.forEachMatch(of: pattern, in: bytes) { match in
          emit(last, match.lowerBound)
          emit(match.lowerBound, match.upperBound)
          last = match.upperBound
        }
        return emit(last, bytes.count)
      }
      var collector = SplitCollector(behavior, isInverted: isInverted)
      try PatternMatcher.forEachMatch(of: pattern, in: bytes) { collector.add($0) }
      collector.finish(bytes.count, emit)
    }
  }
}
