/// A compiled regular expression: steps for `PatternMatcher`.
final class PatternProgram: @unchecked Sendable {
  /// What a step does. `a` and `b` are what its comment says.
  enum Operation: UInt8 {
    /// Take a scalar of the set `a`.
    case set
    /// Take the ASCII character `a`.
    case byte
    /// Take as many scalars of the set `a` as bounds `b` allow, and give back if need be.
    case greedyRun
    /// As few as they allow.
    case lazyRun
    /// As many as they allow, for good.
    case possessiveRun
    /// Go to `a`, and to `b` if that fails.
    case split
    /// Go to the choices of table `a` that the next byte allows.
    case choose
    case jump
    /// Go on behind `b` where what follows here up to there matches (`a` is 1) or does not (0), taking nothing.
    case lookAhead
    /// The same for `a >> 1` scalars before this place.
    case lookBehind
    /// Match what follows up to `b`, for good.
    case atomic
    /// Fail where nothing was taken since `mark` wrote the place into register `a`.
    case mark
    case progress
    case assertion
    /// The end of the whole, or of a part that is matched on its own.
    case accept
  }

  struct Step {
    var operation: Operation
    var a: Int32 = 0
    var b: Int32 = 0
  }

  /// The choices of a `choose`, at most 64: which of them may begin with each byte, and at the text's end, as bits.
  struct ChoiceTable {
    let byFirstByte: UnsafeMutablePointer<UInt64>
    let empty: UInt64
    let targets: UnsafeMutablePointer<Int32>
  }

  struct Choice {
    let firstBytes: [Bool]
    let canBeEmpty: Bool
    let target: Int32
  }

  struct Bounds: Equatable {
    let least: Int
    let most: Int
  }

  private(set) var steps: [Step] = []
  /// What the matcher reads; it lives as long as the program.
  private(set) var compiled = Compiled()
  private(set) var sets: [ScalarSet] = []
  private(set) var bounds: [Bounds] = []
  private(set) var choiceLists: [[Choice]] = []
  private(set) var registers = 0
  /// For each byte whether a match can begin with it, and whether a match can be empty.
  let firstBytes: [Bool]
  let canBeEmpty: Bool

  /// Compiles a pattern; what is not known throws.
  init(_ pattern: String, _ dialect: PatternDialect = .oniguruma) throws(TokenizerError) {
    let node = try PatternParser.parse(pattern, dialect)
    (firstBytes, canBeEmpty) = node.beginning()
    try finish(node)
  }

  /// A pattern that matches a text as it stands.
  init(literal text: String) throws(TokenizerError) {
    let node = try PatternParser.literal(text)
    (firstBytes, canBeEmpty) = node.beginning()
    try finish(node)
  }

  deinit { compiled.free() }

  private func finish(_ node: PatternNode) throws(TokenizerError) {
    try emit(node)
    steps.append(Step(operation: .accept))
    compiled = Compiled(self)
  }

  private func add(_ operation: Operation, _ a: Int = 0, _ b: Int = 0) throws(TokenizerError) {
    guard steps.count < 20_000 else {
      throw TokenizerError(
        .limitExceeded, path: "the pattern", expected: "a pattern of at most 20,000 steps", found: "more")
    }
    steps.append(Step(operation: operation, a: Int32(truncatingIfNeeded: a), b: Int32(truncatingIfNeeded: b)))
  }

  private func index(of set: ScalarSet) -> Int {
    if let known = sets.firstIndex(where: { $0 === set || $0.equals(set) }) { return known }
    sets.append(set)
    return sets.count - 1
  }
}

extension PatternProgram {
  private func emit(_ node: PatternNode) throws(TokenizerError) {
    switch node {
    case .empty: return
    case .set(let set): try emit(set)
    case .sequence(let parts): for part in parts { try emit(part) }
    case .choice(let nodes): try emit(choices: nodes)
    case .repeated(let body, let least, let most, let greed):
      try emit(body, least, most, greed)
    case .look(let body, let ahead, let isNegative):
      let length = ahead ? 0 : (body.fixedLength ?? 0)
      try emitPart(body, ahead ? .lookAhead : .lookBehind, length << 1 | (isNegative ? 0 : 1))
    case .atomic(let body): try emitPart(body, .atomic, 0)
    case .assertion(let assertion): try add(.assertion, assertion.rawValue)
    }
  }

  private func emit(_ set: ScalarSet) throws(TokenizerError) {
    if let byte = set.onlyASCII { try add(.byte, byte) } else { try add(.set, index(of: set)) }
  }

  /// A part that is matched on its own, with what it ends with.
  private func emitPart(_ body: PatternNode, _ operation: Operation, _ a: Int) throws(TokenizerError) {
    let start = steps.count
    try add(operation, a)
    try emit(body)
    try add(.accept)
    steps[start].b = Int32(steps.count)
  }

  private func emit(choices nodes: [PatternNode]) throws(TokenizerError) {
    guard nodes.count <= 64 else {
      // Tables hold 64: the rest is a choice of its own.
      return try emit(choices: Array(nodes[..<63]) + [.choice(Array(nodes[63...]))])
    }
    let table = choiceLists.count
    choiceLists.append([])
    try add(.choose, table)
    var ends: [Int] = []
    var list: [Choice] = []
    for node in nodes {
      let (first, canBeEmpty) = node.beginning()
      list.append(Choice(firstBytes: first, canBeEmpty: canBeEmpty, target: Int32(steps.count)))
      try emit(node)
      ends.append(steps.count)
      try add(.jump)
    }
    for end in ends { steps[end].a = Int32(steps.count) }
    choiceLists[table] = list
  }

  private func emit(
    _ body: PatternNode, _ least: Int, _ most: Int?, _ greed: PatternGreed
  ) throws(TokenizerError) {
    if case .set(let set) = body {
      let limits = Bounds(least: least, most: most ?? .max)
      let index = bounds.firstIndex(of: limits) ?? bounds.count
      if index == bounds.count { bounds.append(limits) }
      let run: Operation = greed == .greedy ? .greedyRun : greed == .lazy ? .lazyRun : .possessiveRun
      return try add(run, self.index(of: set), index)
    }
    if greed == .possessive {
      return try emitPart(.repeated(body, least: least, most: most, .greedy), .atomic, 0)
    }
    for _ in 0..<least {
      let before = steps.count
      try emit(body)
      if steps.count == before { break }  // nothing, however often
    }
    if let most {
      try emitOptional(body, most - least, greed)
    } else {
      try emitLoop(body, greed)
    }
  }

  private func split(_ greed: PatternGreed) throws(TokenizerError) -> Int {
    try add(.split)
    return steps.count - 1
  }

  private func close(_ split: Int, _ greed: PatternGreed, to end: Int) {
    let body = Int32(split + 1)
    steps[split].a = greed == .lazy ? Int32(end) : body
    steps[split].b = greed == .lazy ? body : Int32(end)
  }

  private func emitOptional(_ body: PatternNode, _ count: Int, _ greed: PatternGreed) throws(TokenizerError) {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(try split(greed))
      try emit(body)
    }
    for split in splits { close(split, greed, to: steps.count) }
  }

  private func emitLoop(_ body: PatternNode, _ greed: PatternGreed) throws(TokenizerError) {
    let start = try split(greed)
    let register = registers
    if body.canBeEmpty {
      registers += 1
      try add(.mark, register)
    }
    try emit(body)
    if body.canBeEmpty { try add(.progress, register) }
    try add(.jump, start)
    close(start, greed, to: steps.count)
  }
}

extension ScalarSet {
  /// The ASCII character that is the set's only member.
  fileprivate var onlyASCII: Int? {
    let (low, high) = (words[0], words[1])
    guard low.nonzeroBitCount + high.nonzeroBitCount == 1, (2..<Self.wordCount).allSatisfy({ words[$0] == 0 }) else {
      return nil
    }
    return low != 0 ? low.trailingZeroBitCount : 64 + high.trailingZeroBitCount
  }

  /// For each byte whether a member of the set begins with it.
  fileprivate func markFirstBytes(_ table: inout [Bool]) {
    for byte in 0..<128 where contains(UInt32(byte)) { table[byte] = true }
    var first: [UInt8] = []
    for word in 2..<Self.wordCount where words[word] != 0 {
      first.removeAll(keepingCapacity: true)
      // The 64 scalars of a word share their first byte.
      appendScalar(UInt32(word * 64), to: &first)
      table[Int(first[0])] = true
    }
  }
}

extension PatternNode {
  /// For each byte whether a match can begin with it, and whether a match can be empty.
  fileprivate func beginning() -> (firstBytes: [Bool], canBeEmpty: Bool) {
    var table = [Bool](repeating: false, count: 256)
    let isEmpty = markBeginning(&table)
    return (table, isEmpty)
  }

  /// Marks the first bytes and says whether what follows may begin here too.
  private func markBeginning(_ table: inout [Bool]) -> Bool {
    switch self {
    case .empty, .look, .assertion: return true
    case .set(let set):
      set.markFirstBytes(&table)
      return false
    case .atomic(let body): return body.markBeginning(&table)
    case .sequence(let parts):
      for part in parts where !part.markBeginning(&table) { return false }
      return true
    case .choice(let nodes):
      var isEmpty = false
      for node in nodes where node.markBeginning(&table) { isEmpty = true }
      return isEmpty
    case .repeated(let body, let least, let most, _):
      if most == 0 { return true }
      let isEmpty = body.markBeginning(&table)
      return least == 0 || isEmpty
    }
  }
}
