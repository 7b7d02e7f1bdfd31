import Testing
import Weft

/// The program of the guide "Autograd".
@Test func theProgramOfTheAutogradGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    // A leaf is a tensor whose gradient is wanted; backward() adds to its `grad`.
    let x = Tensor([1.0, 2.0, 3.0]).requiringGrad()
    (x * x * x).sum().backward()
    print(x.grad?.scalars(as: Float.self) ?? [])  // 3x²: [3.0, 12.0, 27.0]

    // A tape gives the gradients that are asked for, and writes to no leaf.
    let slope = try withGradientTape { tape in
      let t = tape.watch(Tensor([0.5]))
      return try tape.gradient(of: t.exp().sum(), with: t)
    }
    print(slope.item())  // e^0.5

    // Functions of functions, to any order.
    let cube: (Tensor) throws -> Tensor = { ($0 * $0 * $0).sum() }
    let point = Tensor([1.0, 2.0], dtype: .float64)
    let gradient = try grad(of: cube)(point)
    let curvature = try hessian(at: point, cube)
    print(gradient.scalars(as: Double.self), curvature.scalars(as: Double.self))  // [3, 12], [6, 0, 0, 12]

    // Forward mode: the derivative along one direction, in one pass and without a graph.
    let direction = Tensor([1.0, 0.0], dtype: .float64)
    let (value, tangent) = try jvp(at: [point], along: [direction]) { try cube($0[0]) }
    print(value.item(), tangent.item())  // 9.0 3.0

    // A gradient for each example of a batch: vmap of grad.
    let weights = Tensor([0.5, -1.0])
    let examples = Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    let each = try vmap(over: [examples]) { example in
      [try grad(of: { (w: Tensor) in (w * example[0]).sum().squared() })(weights)]
    }[0]
    print(each.shape)  // [3, 2]

    // What is not recorded, and what is cut off.
    let y = noGrad { x * 2 }
    let z = (x * 2).detach() + x
    print(y.requiresGrad, z.requiresGrad)  // false true

    // Layers that are frozen learn nothing and cost no gradient.
    let model = Sequential {
      Linear(4, 8); ReLU(); Linear(8, 2)
    }
    model.freeze { $0.hasPrefix("0.") }
    model(Tensor(ones: [1, 4])).sum().backward()
    for (name, parameter) in model.namedParameters() { print(name, parameter.grad == nil ? "frozen" : "learns") }
    // End.
    #expect(x.grad?.scalars(as: Float.self) == [3, 12, 27])
    #expect(abs(slope.item() - 1.648721) < 1e-5)
    #expect(gradient.scalars(as: Double.self) == [3, 12])
    #expect(curvature.scalars(as: Double.self) == [6, 0, 0, 12])
    #expect(value.item() == 9 && tangent.item() == 3)
    // d(w·e)²/dw = 2(w·e)e.
    #expect(each.scalars(as: Float.self) == [-3, -6, -15, -20, -35, -42])
    #expect(!y.requiresGrad && z.requiresGrad)
    #expect(model.namedParameters().map { $0.parameter.grad == nil } == [true, true, false, false])
  }
}
