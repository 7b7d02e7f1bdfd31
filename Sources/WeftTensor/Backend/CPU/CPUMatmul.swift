import CWeft

extension CPUBackend {
  func matmul(
    _ a: Tensor, _ b: Tensor, bias: Tensor?, as output: TensorSpec, finishedBy pass: LastPass?
  ) -> Tensor {
    let result = Tensor(uninitialized: output)
    let bias = bias?.contiguous()
    var description = weft_matmul_description()
    description.rank = Int32(output.shape.rank)
    description.dtype = Int32(a.dtype.rawValue)
    description.wide = output.dtype != a.dtype
    Self.write(a, rank: output.shape.rank, &description.a_shape, &description.a_strides)
    Self.write(b, rank: output.shape.rank, &description.b_shape, &description.b_strides)
    Self.write(result, rank: output.shape.rank, &description.c_shape, &description.c_strides)
    if Self.mayBeWeight(b) { description.b_content = b.storage.content }
    return Self.finishing(result, by: pass) { pass in
      description.last_pass = pass
      let status = withExtendedLifetime((a, b, bias)) {
        weft_matmul(&description, a.baseAddress, b.baseAddress, bias?.baseAddress, result.baseAddress)
      }
      return Self.checked(status, result, operation: "matmul", [("a", a.spec), ("b", b.spec)])
    }
  }

  /// Whether it is a matrix whose columns are adjacent numbers, as a layer's weight is, of which kernels keep what they
  /// make of it.
  private static func mayBeWeight(_ b: Tensor) -> Bool {
    b.dtype == .float32 && b.shape.rank == 2 && b.strides[0] == 1 && b.shape[1] > 1
  }

  /// A tensor's sizes and strides, with axes of size 1 in front up to `rank`.
  private static func write<CArray>(_ tensor: Tensor, rank: Int, _ shape: inout CArray, _ strides: inout CArray) {
    let view = tensor.view
    let lead = rank - view.shape.axes.count
    fill(&shape, count: rank) { $0 < lead ? 1 : view.shape.axes[$0 - lead] }
    fill(&strides, count: rank) { $0 < lead ? 0 : view.strides[$0 - lead] }
  }
}
