import Testing
import Weft
import WeftONNX

/// Models for inputs of whatever shapes come.
@Suite struct ServedModelTests {
  private func mlp(_ served: ServedONNXModel, rows: Int) throws -> (found: Tensor, expected: Tensor) {
    let x = Tensor(arange: 4 * rows).converted(to: .float32).reshaped(to: [rows, 4]) / 10
    let found = try #require(try served.run(["x": x])["y"]?.tensor)
    return (found, noGrad { served.model(x) })
  }

  @Test func shapesThatComeAgainAreFrozen() throws {
    let served = ServedONNXModel(try Models.open("mlp"), limit: 3)
    for count in [0, 1, 1] {
      let (found, expected) = try mlp(served, rows: 5)
      #expect(found.isClose(to: expected, relative: 1e-5, absolute: 1e-6))
      #expect(served.programCount == count)
    }
    for rows in 1...9 {
      for _ in 0..<3 {
        let (found, expected) = try mlp(served, rows: rows)
        #expect(found.isClose(to: expected, relative: 1e-5, absolute: 1e-6))
      }
    }
    #expect(served.programCount == 3)
  }

  /// What cannot be run says nothing of what can be frozen.
  @Test func wrongInputsChangeNothing() throws {
    let served = ServedONNXModel(try Models.open("mlp"))
    for _ in 0..<3 {
      #expect(throws: ONNXError.self) { try served.run(["x": Tensor(ones: [2, 5])]) }
      #expect(throws: ONNXError.self) { try served.run([:]) }
    }
    for _ in 0..<2 { _ = try mlp(served, rows: 2) }
    #expect(served.programCount == 1)
  }

  @Test func whatDependsOnNumbersRunsNodeByNode() throws {
    let (model, goldens) = (try Models.open("if_positive"), try Models.goldens("if_positive"))
    let served = ServedONNXModel(model)
    for _ in 0..<6 {
      let results = Models.flat(try served.run(goldens.inputs))
      for (name, expected) in goldens.outputs {
        #expect(try #require(results[name]).isClose(to: expected, relative: 1e-4, absolute: 1e-5))
      }
    }
    #expect(served.programCount == 0)
  }

  /// Shapes that want a place in turn do not take it from each other; one that no longer comes gives it up.
  @Test func programsAreNotMadeOverAndOver() throws {
    let served = ServedONNXModel(try Models.open("mlp"), limit: 1)
    for _ in 0..<10 { for rows in [2, 3] { _ = try mlp(served, rows: rows) } }
    #expect(served.programCount == 1 && served.programsMade == 1)
    for _ in 0..<40 { _ = try mlp(served, rows: 3) }
    #expect(served.programCount == 1 && served.programsMade == 2)
  }

  /// One shape for which there is no program says nothing of the others.
  @Test func oddShapesAreAlone() throws {
    // A shape of two sizes is never known before; one of a single size is a switch.
    let served = ServedONNXModel(try OneNode.model([OneNode.node("Reshape", inputs: 2)], inputs: 2))
    let (numbers, shape) = (Tensor(ones: [6]), Tensor([2, 3]))
    for _ in 0..<6 { _ = try served.run(["x0": numbers, "x1": shape]) }
    #expect(served.programCount == 0)
    for _ in 0..<6 { _ = try served.run(["x0": Tensor(ones: [4]), "x1": Tensor([4])]) }
    #expect(served.programCount == 1)
  }

  /// How often a tensor is repeated is known only with the number that says so: there is a program for each.
  @Test func switchesHaveProgramsOfTheirOwn() throws {
    let served = ServedONNXModel(try OneNode.model([OneNode.node("Tile", inputs: 2)], inputs: 2))
    for _ in 0..<5 {
      for count in [2, 3] {
        let result = try served.run(["x0": Tensor([1.0, 2.0]), "x1": Tensor([count])])["y"]?.tensor
        #expect(try #require(result).shape == [2 * count])
      }
    }
    #expect(served.programCount == 2)
  }

  @Test func memoryThatDoesNotSufficeIsSaid() throws {
    let served = ServedONNXModel(try OneNode.model([OneNode.node("MatMul", inputs: 2)], inputs: 2))
    let (tall, wide) = (Tensor(zeros: [1 << 21, 0]), Tensor(zeros: [0, 1 << 21]))
    for _ in 0..<3 {
      do {
        _ = try served.run(["x0": tall, "x1": wide])
        Issue.record("16 TiB were found")
      } catch { #expect(error.isOfMemory, "\(error)") }
    }
  }

  /// Files should have each node behind those that it reads of; some have not.
  @Test func nodesMayStandInAnyOrder() throws {
    let nodes = [
      OneNode.node("Neg", ["b"], to: ["y"]), OneNode.node("Add", ["a", "x0"], to: ["b"]),
      OneNode.node("Mul", ["x0", "x0"], to: ["a"]),
    ]
    let model = try OneNode.model(nodes, inputs: 1)
    #expect(try model.result([Tensor([1.0, 2.0])]).scalars(as: Float.self) == [-2, -6])
    var circle = nodes
    circle[2].input[1] = "y"
    #expect(throws: ONNXError.self) { try OneNode.model(circle, inputs: 1) }
  }
}
