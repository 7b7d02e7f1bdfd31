import Testing
import WeftTensor

@Suite struct ValueSemanticsTests {
  @Test func compoundAssignmentLeavesCopiesAlone() {
    var x = Tensor([1.0, 2, 3])
    let copy = x
    x += 1.0 as Tensor
    x *= x
    #expect(x.values == [4, 9, 16])
    #expect(copy.values == [1, 2, 3])
  }

  @Test func compoundAssignmentLeavesViewsAlone() {
    var x = Tensor([[1.0, 2], [3, 4]])
    let row = x.sliced(axis: 0, from: 1)
    let flat = x.flattened()
    x -= Tensor(ones: [2, 2])
    #expect(row.values == [3, 4])
    #expect(flat.values == [1, 2, 3, 4])
  }

  @Test func theGraphSeesTheValuesItWasMadeFrom() {
    let leaf = Tensor([2.0]).requiringGrad()
    var x = leaf * 1.0
    let y = x * x
    x += 100.0 as Tensor
    y.sum().backward()
    #expect(leaf.grad?.values == [4])
  }

  @Test func writingInPlaceTakesACopyWhereOthersLook() {
    var x = Tensor([1.0, 2, 3])
    let (copy, view) = (x, x.sliced(axis: 0, from: 1))
    let double = Formula { x in x * 2 }
    x.makeUnique()
    double.write([], reading: [x], into: [x])
    #expect(x.values == [2, 4, 6])
    #expect(copy.values == [1, 2, 3])
    #expect(view.values == [2, 3])
  }

  @Test func writingInPlaceKeepsMemoryThatIsAlone() {
    var x = Tensor([1.0, 2, 3])
    let address = x.baseAddress
    x.makeUnique()
    #expect(x.baseAddress == address)
  }

  @Test func anExpandedTensorBecomesWholeBeforeItIsWritten() {
    var x = Tensor([1.0]).expanded(to: [3])
    x.makeUnique()
    Formula { x in x + 1 }.write([], reading: [x], into: [x])
    #expect(x.values == [2, 2, 2])
  }

  @Test func manyTasksReadOneTensor() async {
    let x = Tensor((0..<1000).map(Double.init), dtype: .float64).requiringGrad()
    let sums = await withTaskGroup(of: Double.self) { group in
      for number in 0..<32 { group.addTask { (x * Double(number)).sum().item() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums.sorted() == (0..<32).map { Double($0) * 499_500 })
  }

  @Test func concurrentBackwardPassesOfSeparateGraphs() async {
    let results = await withTaskGroup(of: [Double].self) { group in
      for number in 1...16 {
        group.addTask {
          let x = Tensor([Double(number)], dtype: .float64).requiringGrad()
          var y = x
          for _ in 0..<50 { y = y * 1.0 + x }
          y.sum().backward()
          return x.grad?.values ?? []
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.allSatisfy { $0 == [51] })
  }
}
