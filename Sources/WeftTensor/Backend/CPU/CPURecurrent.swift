import CWeft

extension CPUBackend {
  func recurrentForward(
    _ direction: RecurrentDirection, weight: Tensor, bias: Tensor?, _ record: RecurrentRecord, records: Bool,
    operation: String
  ) -> TensorError? {
    let weight = weight.contiguous()
    var layer = Self.describe(direction, weight, record.states)
    layer.weight_content = weight.storage.content
    let isLSTM = direction.kind == .lstm
    let status = withExtendedLifetime((weight, bias, record)) {
      weft_recurrent_forward(
        &layer, records, bias?.baseAddress, record.gates?.baseAddress, record.states.baseAddress,
        isLSTM ? record.extra?.baseAddress : nil, isLSTM ? nil : record.extra?.baseAddress)
    }
    return Self.failure(status, operation: operation, [("states", record.states.spec)])
  }

  func recurrentBackward(
    _ direction: RecurrentDirection, gradient: Tensor, weight: Tensor, _ record: RecurrentRecord, carry: Tensor?,
    into results: [Tensor], operation: String
  ) -> TensorError? {
    let gradient = gradient.strides[2] == 1 || gradient.shape[2] <= 1 ? gradient : gradient.contiguous()
    let weight = weight.contiguous()
    var layer = Self.describe(direction, weight, record.states)
    let isLSTM = direction.kind == .lstm
    var operands = weft_recurrent_gradient()
    operands.output_gradient = UnsafeRawPointer(gradient.baseAddress)
    operands.step_stride = Int64(gradient.strides[0])
    operands.row_stride = Int64(gradient.strides[1])
    operands.gates = record.gates.map { UnsafeRawPointer($0.baseAddress) }
    operands.states = UnsafeRawPointer(record.states.baseAddress)
    operands.cells = isLSTM ? record.extra.map { UnsafeRawPointer($0.baseAddress) } : nil
    operands.candidates = isLSTM ? nil : record.extra.map { UnsafeRawPointer($0.baseAddress) }
    operands.carry = carry?.baseAddress
    operands.input_gates = results[0].baseAddress
    operands.hidden_gates = results[direction.kind == .gru ? 1 : 0].baseAddress
    operands.state_gradient = results[direction.kind == .gru ? 2 : 1].baseAddress
    let status = withExtendedLifetime((gradient, weight, record, carry)) {
      weft_recurrent_backward(&layer, &operands)
    }
    return Self.failure(status, operation: operation, [("states", record.states.spec)])
  }

  private static func describe(_ direction: RecurrentDirection, _ weight: Tensor, _ states: Tensor) -> weft_recurrent {
    weft_recurrent(
      cell: direction.kind.rawValue, dtype: Int32(states.dtype.rawValue), reversed: direction.isReversed,
      steps: Int64(states.shape[0] - 1), batch: Int64(states.shape[1]), hidden: Int64(states.shape[2]),
      weight: UnsafeRawPointer(weight.baseAddress), weight_content: 0)
  }
}
