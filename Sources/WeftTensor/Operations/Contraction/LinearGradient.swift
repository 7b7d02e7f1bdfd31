/// The gradients of y = x·Wᵀ + b from g, that of y: dx = g·W, dW = Σ gᵀ·x and db = Σ g over all leading axes; those asked
/// for, in this order. One operation, because a small network spends its time between operations.
///
/// With cotangents u of dx, V of dW and c of db: of g, u·Wᵀ + x·Vᵀ + c; of x, g·V; of W, Σ gᵀ·u.
struct LinearGradient: TensorOperation {
  static let name = "linearGradient"
  static let formerNames = ["linear_gradient"]
  static let operands: Operands = ["gradient", "x", "weight"]
  static let equation = "dx = g·W, dW = Σ gᵀ·x, db = Σ g"
  /// Which of dx, dW and db are wanted.
  let wants: [Bool]

  /// Inputs: g [..., out], x [..., in], W [out, in].
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (g, x, weight) = (inputs[0], inputs[1].shape, inputs[2].shape)
    guard g.shape.rank > 0, x.rank == g.shape.rank, weight.rank == 2, g.shape[-1] == weight[0], x[-1] == weight[1],
      g.shape.axes.dropLast().elementsEqual(x.axes.dropLast()), wants.count == 3
    else {
      throw TensorError(
        .shape, operation: Self.name, operands: Array(zip(["gradient", "input", "weight"], inputs)),
        expected: "a gradient [..., out], an input [..., in] and a weight [out, in]",
        got: "\(g.shape), \(x) and \(weight)",
        hint: wants.count == 3 ? "" : "`wants` has an entry for each of dx, dW and db")
    }
    let sums = g.dtype.statistics  // over all rows
    let all = [TensorSpec(x, g.dtype), TensorSpec(weight, sums), TensorSpec([weight[0]], sums)]
    return zip(all, wants).compactMap { $1 ? $0 : nil }
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let backend = inputs.backend
    let (g, x, weight) = (inputs[0].rows, inputs[1].rows.converted(to: inputs[0].dtype), inputs[2])
    var results: [Tensor] = []
    if wants[0] {
      let spec = TensorSpec([x.shape[0], x.shape[1]], g.dtype)
      let product = backend.matmul(g, weight.converted(to: g.dtype), bias: nil, as: spec, finishedBy: nil)
      let shape = inputs[1].shape
      results.append(product.isInvalid ? product : product.view(shape: shape, strides: shape.contiguousStrides))
    }
    if wants[1] {
      let turned = g.view(shape: [g.shape[1], g.shape[0]], strides: [g.strides[1], g.strides[0]])
      let spec = TensorSpec(weight.shape, g.dtype.statistics)
      results.append(backend.matmul(turned, x, bias: nil, as: spec, finishedBy: nil))
    }
    if wants[2] {
      let spec = TensorSpec([g.shape[1]], g.dtype.statistics)
      results.append(Tensor.reduce(Formulas.identity, by: .sum, [0], [g], as: spec))
    }
    return results
  }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (g, x, weight) = (saved.input(0), saved.input(1), saved.input(2))
    var next = gradients.makeIterator()
    let parts = wants.map { $0 ? next.next() ?? nil : nil }
    var results: [Tensor?] = [nil, nil, nil]
    func add(_ part: Tensor, to index: Int) { results[index] = results[index].map { $0 + part } ?? part }
    if let u = parts[0] {
      if needs[0] { add(linear(u, weight: weight), to: 0) }
      if needs[2] { add(matmul(g.rows.transposed(), u.rows), to: 2) }
    }
    if let v = parts[1] {
      if needs[0] { add(linear(x, weight: v), to: 0) }
      if needs[1] { add(matmul(g, v), to: 1) }
    }
    if let c = parts[2], needs[0] { add(c.expanded(to: g.shape), to: 0) }
    return results
  }

  func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* inputs[0].shape.elementCount &* inputs[1].shape[-1] &* wants.prefix(2).count { $0 }
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let (g, x, weight) = (inputs[0], inputs[1], inputs[2])
    let ofGradient = tangents[0].map { apply(self, [$0, x, weight]) }
    var next = (ofGradient ?? []).makeIterator()
    var (dx, dw) = (wants[0] ? next.next() : nil, wants[1] ? next.next() : nil)
    let db = wants[2] ? next.next() : nil
    if wants[0], let t = tangents[2] {
      dx = added(dx, apply(LinearGradient(wants: [true, false, false]), [g, x, t])[0])
    }
    if wants[1], let t = tangents[1] {
      dw = added(dw, apply(LinearGradient(wants: [false, true, false]), [g, t, weight])[0])
    }
    return zip([dx, dw, db], wants).filter(\.1).map(\.0)
  }

  /// Each example's gradients by themselves, as batched products.
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let (g, x) = (batch.whole(0), batch.whole(1).converted(to: batch.inputs[0].dtype))
    let rows = batch.specs[0].shape.axes.dropLast().reduce(1, *)
    let flat = g.reshaped(batch.size, rows, g.shape[-1])
    var results: [Tensor] = []
    if wants[0] {
      let product = flat.matmul(batch.inputs[2].converted(to: g.dtype))
      results.append(product.reshaped(to: x.shape))
    }
    if wants[1] {
      let input = x.reshaped(batch.size, rows, x.shape[-1])
      results.append(flat.transposed().matmul(input, dtype: g.dtype.statistics))
    }
    if wants[2] { results.append(flat.sum(axes: [1], dtype: g.dtype.statistics)) }
    return results
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (g, x, weight) = (inputs[0], inputs[1], inputs[2])
    let rows = ReferenceArray.indices(of: g.shape.dropLast())
    let dx = ReferenceArray(shape: x.shape) { index in
      (0..<weight.shape[0]).reduce(0) { $0 + g[index.dropLast() + [$1]] * weight[[$1, index[index.count - 1]]] }
    }
    let dw = ReferenceArray(shape: weight.shape) { index in
      rows.reduce(0) { $0 + g[$1 + [index[0]]] * x[$1 + [index[1]]] }
    }
    let db = ReferenceArray(shape: [weight.shape[0]]) { index in rows.reduce(0) { $0 + g[$1 + index] } }
    return zip([dx, dw, db], wants).compactMap { $1 ? $0 : nil }
  }

  static let samples = [
    Sample(LinearGradient(wants: [true, true, true]), .real([2, 4]), .real([2, 3]), .real([4, 3])),
    Sample(LinearGradient(wants: [true, false, true]), .real([2, 2, 4]), .real([2, 2, 3]), .real([4, 3])),
    Sample(LinearGradient(wants: [false, true, false]), .real([4]), .real([3]), .real([4, 3])),
    Sample(LinearGradient(wants: [true, true, true]), .real([0, 4]), .real([0, 3]), .real([4, 3])),
  ]

  static let refusals = [
    Refusal(
      LinearGradient(wants: [true, true, true]), .real([2, 4]), .real([2, 3]), .real([3, 4]),
      because: "a weight [out, in]"),
    Refusal(
      LinearGradient(wants: [true, true, true]), .real([2, 4]), .real([3, 3]), .real([4, 3]),
      because: "a gradient [..., out]"),
    Refusal(
      LinearGradient(wants: [true, true, true]), .real([]), .real([]), .real([4, 3]), because: "a gradient [..., out]"),
  ]
}

extension Tensor {
  /// All axes but the last joined to one: [..., n] as [rows, n].
  fileprivate var rows: Tensor {
    rank == 2 ? self : reshaped(to: [shape.axes.dropLast().reduce(1, *), shape[-1]])
  }
}
