import CWeft

extension Formula {
  /// The compiled form that computes in `type`.
  func program(_ type: ComputeType) -> TileProgram {
    kept.withLock { kept in
      if let program = kept.programs[type.rawValue] { return program }
      let program = TileProgram(self, type)
      kept.programs[type.rawValue] = program
      return program
    }
  }
}

extension TileProgram {
  fileprivate convenience init(_ formula: Formula, _ compute: ComputeType) {
    var compiler = Compiler(formula, compute)
    let outputs = compiler.compile()
    guard let handle = compiler.withDescription(outputs: outputs, weft_program_create) else {
      fatalError("a formula uses an instruction that does not exist for \(compute): \(formula.steps)")
    }
    let clamps = formula.isChoice
    self.init(
      handle, compute, passesRowLength: compiler.rowLength != nil, clamps: clamps,
      putParameters: clamps ? formula.chosenParameters : [], temporaryCount: compiler.temporaryCount)
  }
}

/// Assigns registers: inputs, parameters, constants, the position, then temporaries, reused after their last use.
private struct Compiler {
  let formula: Formula
  let compute: ComputeType
  var instructions: [weft_instruction] = []
  var constants: [weft_scalar] = []
  var rowLength: Int?
  private var register: [Int]  // of each step
  private var lastUse: [Int]
  private var free: [Int] = []
  private var registerCount = 0
  private var fused: Set<Int> = []  // products computed inside a multiply-add

  init(_ formula: Formula, _ compute: ComputeType) {
    self.formula = formula
    self.compute = compute
    register = Array(repeating: -1, count: formula.steps.count)
    lastUse = Array(repeating: -1, count: formula.steps.count)
  }

  private var parameterCount: Int { formula.parameterCount + (rowLength == nil ? 0 : 1) }

  mutating func compile() -> [UInt16] {
    if formula.steps.contains(where: { $0.kind == .rowLength }) {
      rowLength = formula.inputCount + formula.parameterCount
    }
    assignLeaves()
    findMultiplyAdds()
    findLastUses()
    for index in formula.steps.indices { emit(index) }
    return formula.outputs.map { UInt16(register[$0]) }
  }

  private mutating func assignLeaves() {
    let firstConstant = formula.inputCount + parameterCount
    for (index, step) in formula.steps.enumerated() {
      switch step.kind {
      case .input(let input): register[index] = input
      case .parameter(let parameter): register[index] = formula.inputCount + parameter
      case .rowLength: register[index] = rowLength ?? 0
      case .constant(let value):
        register[index] = firstConstant + constants.count
        constants.append(compute.scalar(value))
      case .position, .operation, .detached: break
      }
    }
    let position = firstConstant + constants.count
    for (index, step) in formula.steps.enumerated() where step.kind == .position { register[index] = position }
    registerCount = position + 1
  }

  /// `a * b + c` is one instruction where the product is used nowhere else.
  private mutating func findMultiplyAdds() {
    guard !compute.isInteger else { return }
    var uses = Array(repeating: 0, count: formula.steps.count)
    for step in formula.steps { for operand in step.operands { uses[operand] += 1 } }
    for output in formula.outputs { uses[output] += 1 }
    for step in formula.steps where step.kind == .operation(.add) {
      let product = step.operands.first {
        formula.steps[$0].kind == .operation(.multiply) && uses[$0] == 1 && !fused.contains($0)
      }
      if let product { fused.insert(product) }
    }
  }

  /// The operands a step reads, where a fused product stands for its factors and an alias for what it names.
  private func reads(_ index: Int) -> [Int] {
    let step = formula.steps[index]
    guard step.kind == .operation(.add), let product = step.operands.first(where: fused.contains) else {
      return step.operands.map(root)
    }
    let other = step.operands[0] == product ? step.operands[1] : step.operands[0]
    return (formula.steps[product].operands + [other]).map(root)
  }

  /// The step whose value a detached one is.
  private func root(_ index: Int) -> Int {
    var index = index
    while formula.steps[index].kind == .detached { index = formula.steps[index].operands[0] }
    return index
  }

  private mutating func findLastUses() {
    for index in formula.steps.indices where !fused.contains(index) && root(index) == index {
      for operand in reads(index) { lastUse[operand] = index }
    }
    for output in formula.outputs { lastUse[root(output)] = .max }
  }

  private mutating func emit(_ index: Int) {
    let step = formula.steps[index]
    if step.kind == .detached { register[index] = register[root(index)] }
    guard case .operation(let operation) = step.kind, !fused.contains(index) else { return }
    let operands = reads(index)
    let isFused = operands.count == 3 && operation == .add
    let sources = operands.map { UInt16(register[$0]) }
    // A row reduction reads its operand in several passes: its register must not double as the destination.
    let destination = allocate(freeing: operation.isRowReduction ? [] : operands, at: index)
    if operation.isRowReduction { release(operands, at: index) }
    register[index] = destination
    instructions.append(
      weft_instruction(
        opcode: (isFused ? Instruction.multiplyAdd : operation).rawValue, destination: UInt16(destination),
        a: sources[0], b: sources.count > 1 ? sources[1] : 0, c: sources.count > 2 ? sources[2] : 0,
        d: sources.count > 3 ? sources[3] : 0))
  }

  private mutating func allocate(freeing operands: [Int], at index: Int) -> Int {
    release(operands, at: index)
    if let reused = free.popLast() { return reused }
    registerCount += 1
    return registerCount - 1
  }

  /// After the inputs, parameters and constants, and the position.
  private var firstTemporary: Int { formula.inputCount + parameterCount + constants.count + 1 }

  var temporaryCount: Int { registerCount - firstTemporary }

  private mutating func release(_ operands: [Int], at index: Int) {
    for operand in Set(operands) where lastUse[operand] == index && register[operand] >= firstTemporary {
      if !free.contains(register[operand]) { free.append(register[operand]) }
    }
  }

  func withDescription<Result>(
    outputs: [UInt16], _ body: (UnsafePointer<weft_program_description>) -> Result
  ) -> Result {
    instructions.withUnsafeBufferPointer { instructions in
      constants.withUnsafeBufferPointer { constants in
        outputs.withUnsafeBufferPointer { outputs in
          var description = weft_program_description(
            compute: Int32(compute.rawValue), input_count: Int32(formula.inputCount),
            output_count: Int32(outputs.count), parameter_count: Int32(parameterCount),
            constant_count: Int32(constants.count), register_count: Int32(registerCount),
            instruction_count: Int32(instructions.count), instructions: instructions.baseAddress,
            constants: constants.baseAddress, outputs: outputs.baseAddress, clamps: formula.isChoice)
          return body(&description)
        }
      }
    }
  }
}
