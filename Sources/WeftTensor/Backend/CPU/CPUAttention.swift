import CWeft

extension CPUBackend {
  func attention(_ call: AttentionCall, as outputs: [TensorSpec]) -> [Tensor] {
    let (result, logarithms) = (Self.like(call.query, outputs[0]), Tensor(uninitialized: outputs[1]))
    let status = Self.withOperands(call, [result]) { description, operands in
      weft_attention(&description, operands, logarithms.baseAddress)
    }
    guard let error = Self.failure(status, operation: call.operation, call.specs) else { return [result, logarithms] }
    return outputs.map { _ in .failed(error) }
  }

  func attentionGradient(
    _ call: AttentionCall, _ gradient: Tensor, logarithms: Tensor, offsets: Tensor, as outputs: [TensorSpec]
  ) -> [Tensor] {
    let results = Self.together(call) ?? zip([call.query, call.key, call.value], outputs).map { Self.like($0, $1) }
    let (logarithms, offsets) = (logarithms.contiguous(), offsets.contiguous())
    let status = withExtendedLifetime((logarithms, offsets)) {
      Self.withOperands(call, [gradient] + results) { description, operands in
        weft_attention_gradient(
          &description, operands, logarithms.baseAddress, offsets.baseAddress, operands + 1, operands + 2, operands + 3)
      }
    }
    guard let error = Self.failure(status, operation: call.operation, call.specs) else { return results }
    return outputs.map { _ in .failed(error) }
  }

  /// New memory for the gradients of three tensors that together fill a piece of memory, as those that one linear map
  /// gave do: laid out in the same way, so that joining them costs nothing. Nil for others.
  private static func together(_ call: AttentionCall) -> [Tensor]? {
    let parts = [call.query, call.key, call.value]
    guard let joined = Tensor.joinedView(parts, axis: 0) else { return nil }
    let spec = TensorSpec(joined.shape, joined.dtype)
    let memory = like(joined, spec)
    return parts.indices.map { place in
      memory.view(
        shape: parts[place].shape, strides: parts[place].strides, offset: place * memory.strides[0])
    }
  }

  /// Hands over a call, and more tensors of the same rank.
  private static func withOperands(
    _ call: AttentionCall, _ others: [Tensor],
    _ body: (inout weft_attention_description, UnsafePointer<weft_operand>) -> Int32
  ) -> Int32 {
    let tensors = others + [call.query, call.key, call.value] + (call.mask.map { [$0] } ?? [])
    let rank = call.query.rank
    return withUnsafeTemporaryAllocation(of: Int64.self, capacity: rank * tensors.count) { strides in
      withUnsafeTemporaryAllocation(of: weft_operand.self, capacity: tensors.count) { operands in
        guard let numbers = strides.baseAddress, let first = operands.baseAddress else { return 0 }
        for (place, tensor) in tensors.enumerated() {
          for axis in 0..<rank { numbers[place * rank + axis] = Int64(tensor.strides[axis]) }
          first[place] = weft_operand(
            data: tensor.baseAddress, strides: numbers + place * rank, dtype: Int32(tensor.dtype.rawValue))
        }
        var description = describe(call, first + others.count)
        return withExtendedLifetime(tensors) { body(&description, first) }
      }
    }
  }

  private static func describe(
    _ call: AttentionCall, _ operands: UnsafePointer<weft_operand>
  ) -> weft_attention_description {
    var description = weft_attention_description()
    description.rank = Int32(call.query.rank)
    fill(&description.lead, Array(call.query.shape.dropLast(2)))
    description.queries = Int64(call.query.shape[-2])
    description.keys = Int64(call.key.shape[-2])
    description.depth = Int64(call.query.shape[-1])
    description.width = Int64(call.value.shape[-1])
    description.scale = call.scale
    description.causal = call.isCausal
    description.query = operands[0]
    description.key = operands[1]
    description.value = operands[2]
    if call.mask != nil { description.mask = operands[3] }
    return description
  }
}

extension AttentionCall {
  fileprivate var specs: [(name: String, spec: TensorSpec)] {
    [("query", query.spec), ("key", key.spec), ("value", value.spec)]
  }
}
