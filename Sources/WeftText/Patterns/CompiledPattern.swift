extension PatternProgram {
  /// A program's tables as bare memory, which the matcher reads without counting references or checking bounds.
  struct Compiled {
    private(set) var steps = UnsafeMutablePointer<Step>.allocate(capacity: 1)
    private(set) var sets = UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>.allocate(capacity: 1)
    private(set) var bounds = UnsafeMutablePointer<Bounds>.allocate(capacity: 1)
    private(set) var choices = UnsafeMutablePointer<ChoiceTable>.allocate(capacity: 1)
    private(set) var firstBytes = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
    private var choiceCount = 0

    init() {}

    /// The tables of a program, whose sets it must keep alive.
    init(_ program: PatternProgram) {
      self.init()
      free()
      steps = Self.copy(program.steps)
      sets = Self.copy(program.sets.map(\.words))
      bounds = Self.copy(program.bounds)
      firstBytes = Self.copy(program.firstBytes)
      choiceCount = program.choiceLists.count
      choices = Self.copy(program.choiceLists.map(Self.table))
    }

    private static func copy<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
      let memory = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
      memory.initialize(from: values, count: values.count)
      return memory
    }

    private static func table(_ choices: [Choice]) -> ChoiceTable {
      var byFirstByte = [UInt64](repeating: 0, count: 256)
      var empty: UInt64 = 0
      for (index, choice) in choices.enumerated() {
        for byte in 0..<256 where choice.canBeEmpty || choice.firstBytes[byte] {
          byFirstByte[byte] |= 1 << UInt64(index)
        }
        if choice.canBeEmpty { empty |= 1 << UInt64(index) }
      }
      return ChoiceTable(byFirstByte: copy(byFirstByte), empty: empty, targets: copy(choices.map(\.target)))
    }

    func free() {
      for index in 0..<choiceCount {
        choices[index].byFirstByte.deallocate()
        choices[index].targets.deallocate()
      }
      steps.deallocate()
      sets.deallocate()
      bounds.deallocate()
      choices.deallocate()
      firstBytes.deallocate()
    }
  }
}
