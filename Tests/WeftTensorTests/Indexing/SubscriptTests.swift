import Testing

import WeftTensor

@Suite("Subscripts")
struct SubscriptTests {
  let x = Tensor(arange: 24).reshaped(2, 3, 4)

  /// The elements of `x` at places chosen by loops.
  private func loops(_ first: [Int], _ second: [Int], _ third: [Int]) -> [Int] {
    first.flatMap { i in second.flatMap { j in third.map { k in 12 * i + 4 * j + k } } }
  }

  @Test func integersAndRangesAgreeWithLoops() {
    let all = (Array(0..<2), Array(0..<3), Array(0..<4))
    func check(_ y: Tensor, _ shape: Shape, _ first: [Int], _ second: [Int], _ third: [Int]) {
      #expect(y.shape == shape)
      #expect(y.scalars(as: Int.self) == loops(first, second, third))
    }
    check(x[0], [3, 4], [0], all.1, all.2)
    check(x[-1], [3, 4], [1], all.1, all.2)
    check(x[1, 2, -4], [], [1], [2], [0])
    check(x[0..<1, 1...2], [1, 2, 4], [0], [1, 2], all.2)
    check(x[..., 0], [2, 3], all.0, all.1, [0])
    check(x[0, .ellipsis, 1...], [3, 3], [0], all.1, [1, 2, 3])
    check(x[.ellipsis, ..<(-1)], [2, 3, 3], all.0, all.1, [0, 1, 2])
    check(x[.all, -2..<0], [2, 2, 4], all.0, [1, 2], all.2)
    check(x[.all, (-2)...(-1)], [2, 2, 4], all.0, [1, 2], all.2)
    check(x[.all, 3...], [2, 0, 4], all.0, [], all.2)
    check(x[1, .newAxis, .every(2), .every(-1)], [1, 2, 4], [1], [0, 2], [3, 2, 1, 0])
    check(x[.every(1, from: -9, to: 1)], [1, 3, 4], [0], all.1, all.2)
  }

  @Test func tensorsOfIndices() {
    let picked = x[.all, Tensor([2, 0, -1]), 1]
    #expect(picked.shape == [2, 3])
    #expect(picked.scalars(as: Int.self) == [9, 1, 9, 21, 13, 21])
    let square = x[Tensor([[0, 1], [1, 1]]), 0]
    #expect(square.shape == [2, 2, 4])
    #expect(square.scalars(as: Int.self) == loops([0, 1, 1, 1], [0], [0, 1, 2, 3]))
    let pairs = x[.all, Tensor([0, 2]), Tensor([3, 1])]
    #expect(pairs.rows(as: Int.self) == [[3, 9], [15, 21]])
    let apart = x[Tensor([1, 0]), .all, Tensor([3, 1])]
    #expect(apart.rows(as: Int.self) == [[15, 19, 23], [1, 5, 9]])
    let grid = x[Tensor([[0], [1]]), Tensor([0, 2])]
    #expect(grid.shape == [2, 2, 4])
    #expect(grid.scalars(as: Int.self) == loops([0, 1], [0, 2], [0, 1, 2, 3]))
  }

  @Test func arraysOfIndices() throws {
    #expect(x[.all, [2, 0, -1], 1].scalars(as: Int.self) == [9, 1, 9, 21, 13, 21])
    let rows = [1, 0, 1]
    #expect(x[rows].elementsEqual(x[Tensor([1, 0, 1])]))
    #expect(x[..., [3, 1]].scalars(as: Int.self) == loops([0, 1], [0, 1, 2], [3, 1]))
    #expect(x[.all, [0, 2], [3, 1]].rows(as: Int.self) == [[3, 9], [15, 21]])
    #expect(x[.all, [true, false, true]].shape == [2, 2, 4])
    #expect(x[[] as [Int]].shape == [0, 3, 4])
    var y = Tensor(zeros: [3, 2])
    y[[2, 0]] = Tensor([[1, 2], [3, 4]])
    y[[1, -1], 0] += 5
    #expect(y.rows(as: Int.self) == [[3, 4], [5, 0], [6, 2]])
    y[..., [false, true]] = 9
    #expect(y.rows(as: Int.self) == [[3, 9], [5, 9], [6, 9]])
    let slopes = try grad { ($0[[0, 0, -1]] * Tensor([1.0, 2, 4])).sum() }(Tensor([1.0, 1, 1]))
    #expect(slopes.scalars(as: Int.self) == [3, 0, 4])
    let error = #expect(throws: TensorError.self) { try withTensorErrors { x[[0, 2]] } }
    #expect(error?.description.contains("expected indices in -2 ..< 2, got largest 2 at [1]") == true)
    #expect(throws: TensorError.self) { try withTensorErrors { x[[0.5, 1.5]] } }
  }

  @Test func masks() {
    let flat = x.scalars(as: Int.self)
    let even = Tensor(flat.map { $0 % 2 == 0 }, shape: x.shape)
    #expect(x[even].scalars(as: Int.self) == flat.filter { $0 % 2 == 0 })
    let rows = Tensor([true, false, true])
    #expect(x[.all, rows].scalars(as: Int.self) == loops([0, 1], [0, 2], [0, 1, 2, 3]))
    #expect(x[0, .all, Tensor([false, false, false, false])].shape == [3, 0])
  }

  @Test func misuseIsNamed() {
    func message(_ body: () -> Tensor) -> String? {
      #expect(throws: TensorError.self) { try withTensorErrors(body) }?.description
    }
    #expect(
      message { x[0, 3] } == """
        [subscript]: expected an index in -3 ..< 3 for axis 1, got 3
          tensor: int64 [2, 3, 4]
        """)
    #expect(
      message { x[0..<3] } == """
        [subscript]: expected a range inside 0 ..< 2 for axis 0, got 0..<3
          tensor: int64 [2, 3, 4]
          hint: `.every(1, from:to:)` and `sliced` clamp
        """)
    #expect(message { x[0, 0, 0, 0] }?.contains("indices for at most 3 axes") == true)
    #expect(
      message { x[.all, Tensor([0, 3])] } == """
        [subscript]: expected indices in -3 ..< 3, got largest 3 at [1]
          tensor: int64 [2, 3, 4]
          indices: int64 [2]
        """)
    #expect(message { x[Tensor([true, false, true])] }?.contains("a mask of the shape [2] it covers") == true)
  }

  /// How many elements a mask chooses may differ from example to example: what to write instead is named.
  @Test func masksOfABatchAreRefused() {
    func message(_ body: @escaping (Tensor, Tensor) -> Tensor) -> String {
      let inputs = [Tensor([[1.0, -2], [3, 4]]), Tensor([[true, false], [true, true]])]
      let error = #expect(throws: TensorError.self) { try vmap(over: inputs) { [body($0[0], $0[1])] } }
      return error?.description ?? ""
    }
    let assigned = message { x, mask in
      var x = x
      x[mask] = 0
      return x
    }
    #expect(
      assigned == """
        [subscriptAssignment]: expected a mask with values of its own, got one for each example of a batch, inside \
        `vmap`, where each may choose another number of elements
          mask: bool [2]
          hint: `x.maskedFilled(where: mask, with: v)`, or `Tensor.where(mask, v, x)` for a value for each element
        """)
    #expect(message { $0[$1] }.contains("[subscript]: expected a mask with values of its own"))
    #expect(message { $0[$1] }.contains("hint: `Tensor.where(mask, x, 0)`"))
    #expect(message { $0.maskedSelected($1) }.contains("`Tensor.where(mask, x, 0)`"))
    #expect(message { $0.maskedScattered($1, from: $0) }.contains("`Tensor.where(mask, v, x)`"))
    #expect(message { $0.putting($0, at: [$1]) }.contains("`Tensor.where(mask, v, x)`"))
    #expect(message { $1.nonzero() + $0 }.contains("inside `vmap`"))
  }

  @Test func gradientsFlowThroughReading() throws {
    let y = Tensor([1.0, 2, 3, 4], dtype: .float64).requiringGrad()
    let gradient = try grad { x in
      let part = x[.every(-1)][1...]
      return (part * part).sum() + (x[Tensor([0, 0])] * x[-1]).sum()
    }(y)
    #expect(gradient.scalars(as: Int.self) == [2 + 8, 4, 6, 2])
  }
}

@Suite("Assigning with subscripts")
struct SubscriptAssignmentTests {
  @Test func changesOnlyTheTensorAssignedTo() {
    var x = Tensor(arange: 6).reshaped(2, 3)
    let copy = x
    let row = x[1]
    x[1] = 9
    #expect(x.scalars(as: Int.self) == [0, 1, 2, 9, 9, 9])
    #expect(copy.scalars(as: Int.self) == [0, 1, 2, 3, 4, 5])
    #expect(row.scalars(as: Int.self) == [3, 4, 5])
    var part = x[..., 1...]
    part[0, 0] = 7
    #expect(part.scalars(as: Int.self) == [7, 2, 9, 9])
    #expect(x.scalars(as: Int.self) == [0, 1, 2, 9, 9, 9])
  }

  @Test func writesInPlaceWhereNobodyShares() {
    var x = Tensor(zeros: [4, 5])
    let before = x.baseAddress
    x[0] = 1
    x[..., 2] = Tensor([1, 2, 3, 4])
    x[Tensor([1, 3]), 0] = Tensor([5, 6])
    x[1...2, 3..<5] += 2
    #expect(x.baseAddress == before)
    #expect(
      x.rows(as: Int.self) == [[1, 1, 1, 1, 1], [5, 0, 2, 2, 2], [0, 0, 3, 2, 2], [6, 0, 4, 0, 0]])
    let shared = x
    x[0, 0] = 0
    #expect(x.baseAddress != before)
    #expect(shared[0, 0].item() == 1)
  }

  @Test func repeatedElementsAreGivenMemoryFirst() {
    var x = Tensor([1, 2, 3]).expanded(to: [2, 3])
    x[0, 0] = 9
    #expect(x.scalars(as: Int.self) == [9, 2, 3, 1, 2, 3])
  }

  @Test func aValueMayShareTheMemory() {
    var x = Tensor(arange: 5)
    x[1...] = x[..<4]
    #expect(x.scalars(as: Int.self) == [0, 0, 1, 2, 3])
    x[.every(-1)] = x
    #expect(x.scalars(as: Int.self) == [3, 2, 1, 0, 0])
  }

  @Test func tensorsAndMasks() {
    var x = Tensor(zeros: [2, 3, 4], dtype: .int32)
    x[.all, Tensor([0, 2]), Tensor([3, 1])] = Tensor([[1, 2], [3, 4]])
    #expect(x.nonzero().rows(as: Int.self) == [[0, 0, 3], [0, 2, 1], [1, 0, 3], [1, 2, 1]])
    #expect(x[1, 2, 1].item() == 4)
    x[Tensor([1, 0]), .all, Tensor([0, 1])] = 5
    #expect(x[1, .all, 0].scalars(as: Int.self) == [5, 5, 5])
    #expect(x[0, .all, 1].scalars(as: Int.self) == [5, 5, 5])
    var flat = Tensor(arange: 6)
    flat[Tensor([true, false, true, false, true, false])] = -1.7
    #expect(flat.scalars(as: Int.self) == [-1, 1, -1, 3, -1, 5])
    flat[Tensor([0, 0, 1])] = Tensor([1, 2, 3])
    #expect(flat.scalars(as: Int.self) == [2, 3, -1, 3, -1, 5])
    var turned = Tensor(zeros: [3, 2]).transposed()
    turned[Tensor([0, 1]), Tensor([2, 0])] = 1
    #expect(turned.rows(as: Int.self) == [[0, 0, 1], [1, 0, 0]])
    var mask = Tensor(zeros: [3, 2]).transposed()
    mask[Tensor([[true, false, true], [false, false, true]])] = Tensor([1, 2, 3])
    #expect(mask.rows(as: Int.self) == [[1, 0, 2], [0, 0, 3]])
  }

  @Test func gradientsReachBothSides() throws {
    let x = Tensor([1.0, 2, 3, 4], dtype: .float64).requiringGrad()
    let value = Tensor([5.0], dtype: .float64).requiringGrad()
    var y = x * x
    y[1..<3] = value * value
    y[Tensor([3, 3])] = concatenated([value, value * 3])
    #expect(y.scalars(as: Int.self) == [1, 25, 25, 15])
    let gradients = try grad(of: [(y * y).sum()], with: [x, value])
    #expect(gradients[0]?.scalars(as: Int.self) == [4, 0, 0, 0])
    #expect(gradients[1]?.scalars(as: Int.self) == [2 * 2 * 25 * 10 + 2 * 15 * 3])
    #expect(x.scalars(as: Int.self) == [1, 2, 3, 4])
  }

  @Test func aLeafStaysOneWithoutRecording() {
    var weight = Tensor([1.0, 2]).requiringGrad()
    noGrad { weight[0] = 7 }
    #expect(weight.requiresGrad && weight.isLeaf)
    #expect(weight.scalars(as: Int.self) == [7, 2])
    var computed = weight * 2
    noGrad { computed[0] = 0 }
    #expect(!computed.requiresGrad)
  }

  @Test func errorsChangeNothing() {
    var x = Tensor(arange: 4)
    #expect(throws: TensorError.self) { try withTensorErrors { x[4] = 0 } }
    let error = #expect(throws: TensorError.self) { try withTensorErrors { x[..<2] = Tensor([1, 2, 3]) } }
    #expect(
      error?.description == """
        [subscriptAssignment]: expected a value that broadcasts to [2], got [3]
          tensor: int64 [4]
          value: int64 [3]
        """)
    #expect(x.scalars(as: Int.self) == [0, 1, 2, 3])
  }
}
