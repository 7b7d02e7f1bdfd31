/// Runs a compiled regular expression over a text, going back to what it put off where it fails.
struct PatternMatcher {
  private let steps: UnsafeMutablePointer<PatternProgram.Step>
  private let sets: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>
  private let bounds: UnsafeMutablePointer<PatternProgram.Bounds>
  private let choices: UnsafeMutablePointer<PatternProgram.ChoiceTable>
  private let firstBytes: UnsafeMutablePointer<Bool>
  private let canBeEmpty: Bool
  private let program: PatternProgram
  private let text: UnsafePointer<UInt8>
  private let end: Int
  private var frames: FrameStack
  private var registers: [Int]
  /// How often it may still go back, over the whole text: what is reasonable takes a few times for each byte.
  private var patience: Int

  /// What to do when the way taken fails.
  private struct Frame {
    enum Kind: UInt8 { case goOn, giveBack, takeMore, choose, restore }
    let kind: Kind
    /// The step, or the register to restore.
    let step: Int32
    let place: Int
    /// The end that a run must keep, the scalars that it may still take, the next choice, or a register's value.
    let extra: Int
  }

  private init(_ program: PatternProgram, _ text: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>) {
    self.program = program
    steps = program.compiled.steps
    sets = program.compiled.sets
    bounds = program.compiled.bounds
    choices = program.compiled.choices
    firstBytes = program.compiled.firstBytes
    canBeEmpty = program.canBeEmpty
    self.text = base
    end = text.count
    registers = [Int](repeating: -1, count: program.registers)
    patience = 10_000_000 + 16 * text.count
    frames = FrameStack()
  }

  /// What was put off, the last on top. Freed by hand where the matching ends: an array's checks would take a quarter
  /// of the time.
  private struct FrameStack {
    private(set) var count = 0
    private var capacity = 64
    private var base = UnsafeMutablePointer<Frame>.allocate(capacity: 64)

    @inline(__always)
    mutating func append(_ frame: Frame) {
      if count == capacity { grow() }
      (base + count).initialize(to: frame)
      count += 1
    }

    private mutating func grow() {
      let larger = UnsafeMutablePointer<Frame>.allocate(capacity: capacity * 2)
      larger.moveInitialize(from: base, count: count)
      base.deallocate()
      base = larger
      capacity *= 2
    }

    @inline(__always)
    mutating func removeLast() -> Frame {
      count -= 1
      return base[count]
    }

    /// Forgets all above a height; a frame needs nothing done.
    @inline(__always)
    mutating func cut(to height: Int) { count = height }

    func free() { base.deallocate() }
  }

  /// Finds all matches in order, as Oniguruma's callers do: an empty match does not follow a match directly.
  static func forEachMatch(
    of program: PatternProgram, in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) throws(TokenizerError) {
    let empty: [UInt8] = [0]
    try empty.withUnsafeBufferPointer { nothing throws(TokenizerError) in
      guard let base = text.baseAddress ?? nothing.baseAddress else { return }
      var matcher = PatternMatcher(program, text, base)
      defer { matcher.frames.free() }
      try matcher.scan(body)
    }
  }

  private mutating func scan(_ body: (Range<Int>) -> Void) throws(TokenizerError) {
    var place = 0
    var lastEnd = -1
    while place <= end {
      let found = match(at: place)
      guard patience > 0 else {
        throw TokenizerError(
          .patternTooSlow, expected: "a pattern that finds its way in the text without trying it again and again",
          found: "\(end) bytes that took more than \(10_000_000 + 16 * end) attempts")
      }
      if found > place || found == place && lastEnd != place {
        body(place..<found)
        lastEnd = found
        if found > place {
          place = found
          continue
        }
        if place < end, canBeEmpty { continue }
      }
      guard place < end else { return }
      place += ScalarAt(text, place).length
    }
  }

  /// Where the match that begins here ends, or -1.
  @inline(__always)
  private mutating func match(at place: Int) -> Int {
    if !canBeEmpty {
      guard place < end, firstBytes[Int(text[place])] else { return -1 }
    }
    frames.cut(to: 0)
    return run(0, place)
  }

  /// Matches from a step on, to the next `accept`.
  private mutating func run(_ start: Int, _ from: Int) -> Int {
    let floor = frames.count
    var step = start
    var place = from
    while true {
      if advance(&step, &place) {
        if step < 0 {
          frames.cut(to: floor)
          return place
        }
        continue
      }
      guard goBack(floor, &step, &place) else { return -1 }
    }
  }

  /// Does one step: false where it fails, and a negative step where all is matched.
  @inline(__always)
  private mutating func advance(_ step: inout Int, _ place: inout Int) -> Bool {
    let current = steps[step]
    switch current.operation {
    case .byte:
      guard place < end, Int32(text[place]) == current.a else { return false }
      place += 1
    case .set:
      guard place < end else { return false }
      let scalar = ScalarAt(text, place)
      guard sets[Int(current.a)][Int(scalar.value >> 6)] >> UInt64(scalar.value & 63) & 1 != 0 else { return false }
      place += scalar.length
    case .greedyRun, .possessiveRun:
      guard takeRun(current, step, &place) else { return false }
    case .lazyRun:
      let limits = bounds[Int(current.b)]
      let words = sets[Int(current.a)]
      guard take(words, limits.least, &place) == limits.least else { return false }
      if limits.most > limits.least {
        frames.append(Frame(kind: .takeMore, step: Int32(step), place: place, extra: limits.most - limits.least))
      }
    case .split:
      frames.append(Frame(kind: .goOn, step: current.b, place: place, extra: 0))
      step = Int(current.a)
      return true
    case .choose: return choose(&step, place, from: 0)
    case .jump:
      step = Int(current.a)
      return true
    case .accept:
      step = -1
      return true
    default: return advanceRarely(current, &step, &place)
    }
    step += 1
    return true
  }

  private mutating func advanceRarely(
    _ current: PatternProgram.Step, _ step: inout Int, _ place: inout Int
  ) -> Bool {
    switch current.operation {
    case .lookAhead:
      guard (run(step + 1, place) >= 0) == (current.a & 1 == 1) else { return false }
      step = Int(current.b)
    case .lookBehind:
      var start = place
      for _ in 0..<(current.a >> 1) where start >= 0 {
        start = start == 0 ? -1 : start - ScalarAt(before: start, text).length
      }
      let holds = start >= 0 && run(step + 1, start) == place
      guard holds == (current.a & 1 == 1) else { return false }
      step = Int(current.b)
    case .atomic:
      let found = run(step + 1, place)
      guard found >= 0 else { return false }
      place = found
      step = Int(current.b)
    case .mark:
      let register = Int(current.a)
      frames.append(Frame(kind: .restore, step: current.a, place: 0, extra: registers[register]))
      registers[register] = place
      step += 1
    case .progress:
      // Oniguruma leaves a loop that takes nothing: what follows is the step behind the jump back.
      step += registers[Int(current.a)] == place ? 2 : 1
    default:
      guard let assertion = PatternAssertion(rawValue: Int(current.a)), holds(assertion, place) else { return false }
      step += 1
    }
    return true
  }

  /// Takes up to `most` scalars of a set and says how many it took.
  @inline(__always)
  private func take(_ words: UnsafeMutablePointer<UInt64>, _ most: Int, _ place: inout Int) -> Int {
    var count = 0
    var here = place
    let (low, high) = (words[0], words[1])
    while here < end, count < most {
      let byte = text[here]
      if byte < 0x80 {
        guard (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 != 0 else { break }
        here += 1
      } else {
        let scalar = ScalarAt(text, here)
        guard words[Int(scalar.value >> 6)] >> UInt64(scalar.value & 63) & 1 != 0 else { break }
        here += scalar.length
      }
      count += 1
    }
    place = here
    return count
  }

  @inline(__always)
  private mutating func takeRun(_ current: PatternProgram.Step, _ step: Int, _ place: inout Int) -> Bool {
    let limits = bounds[Int(current.b)]
    let words = sets[Int(current.a)]
    let start = place
    let count = take(words, limits.most, &place)
    // What is never given back is read again from each place on: that is counted, where it is long.
    if current.operation == .possessiveRun { patience -= count >> 4 }
    guard count >= limits.least else { return false }
    if current.operation == .greedyRun, count > limits.least {
      var least = start
      for _ in 0..<limits.least { least += ScalarAt(text, least).length }
      frames.append(Frame(kind: .giveBack, step: Int32(step + 1), place: place, extra: least))
    }
    return true
  }

  /// Goes to the first choice from a number on that the next byte allows, and remembers whether there are more.
  @inline(__always)
  private mutating func choose(_ step: inout Int, _ place: Int, from first: Int) -> Bool {
    let current = step
    let table = choices[Int(steps[current].a)]
    var allowed = place < end ? table.byFirstByte[Int(text[place])] : table.empty
    allowed &= ~0 << UInt64(first)
    guard allowed != 0 else { return false }
    let index = allowed.trailingZeroBitCount
    allowed &= allowed - 1
    if allowed != 0 {
      frames.append(
        Frame(kind: .choose, step: Int32(current), place: place, extra: allowed.trailingZeroBitCount))
    }
    step = Int(table.targets[index])
    return true
  }

  /// Takes up what was put off last; false where nothing is left.
  private mutating func goBack(_ floor: Int, _ step: inout Int, _ place: inout Int) -> Bool {
    while frames.count > floor {
      patience -= 1
      guard patience > 0 else { return false }
      let frame = frames.removeLast()
      step = Int(frame.step)
      place = frame.place
      switch frame.kind {
      case .restore: registers[step] = frame.extra
      case .goOn: return true
      case .choose: if choose(&step, place, from: frame.extra) { return true }
      case .giveBack:
        place -= ScalarAt(before: place, text).length
        if place > frame.extra {
          frames.append(Frame(kind: .giveBack, step: frame.step, place: place, extra: frame.extra))
        }
        return true
      case .takeMore:
        let words = sets[Int(steps[step].a)]
        guard take(words, 1, &place) == 1 else { continue }
        if frame.extra > 1 {
          frames.append(Frame(kind: .takeMore, step: frame.step, place: place, extra: frame.extra - 1))
        }
        step += 1
        return true
      }
    }
    return false
  }

  private func holds(_ assertion: PatternAssertion, _ place: Int) -> Bool {
    switch assertion {
    case .textStart: return place == 0
    case .textEnd: return place == end
    case .textEndOrLastLine: return place == end || place == end - 1 && text[place] == 0x0A
    case .lineStart: return place == 0 || place < end && text[place - 1] == 0x0A
    case .lineEnd: return place == end || text[place] == 0x0A
    case .wordEdge, .noWordEdge:
      let tables = UnicodeTables.shared
      let before = place > 0 && tables.has(ScalarAt(before: place, text).value, .word)
      let after = place < end && tables.has(ScalarAt(text, place).value, .word)
      return (before != after) == (assertion == .wordEdge)
    }
  }
}
